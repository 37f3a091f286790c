import { Hono } from 'hono';

import type { Engine } from '../engine/engine.ts';

/** Anybody may ask, and each answer costs a question to the store: not more often than this. */
const KEPT_MS = 1000;
const PATIENCE_MS = 3000;

interface Asked {
  readonly engine: Pick<Engine, 'store' | 'after'>;
  readonly state: () => 'running' | 'stopping';
}

/**
 * `/health`: we live, which starting us anew could not better; and how we and the store are.
 * `/ready`: 503 while the store is away or we are about to stop, so that whoever spreads the load
 * sends callers elsewhere.
 */
export function health({ engine, state }: Asked): Hono {
  let asked: Promise<boolean> | null = null;

  function answers(): Promise<boolean> {
    if (asked) return asked;
    const answer = answersInTime(engine);
    asked = answer;
    engine.after(KEPT_MS, () => {
      if (asked === answer) asked = null;
    });
    return answer;
  }

  async function standing() {
    return { state: state(), store: (await answers()) ? 'there' : 'away' };
  }

  return new Hono()
    .get('/health', async (c) => c.json({ ok: true, ...(await standing()) }))
    .get('/ready', async (c) => {
      const stands = await standing();
      const isReady = stands.state === 'running' && stands.store === 'there';
      return c.json(stands, isReady ? 200 : 503);
    });
}

/** Whatever we ask it for, there or not. */
async function answersInTime({ store, after }: Pick<Engine, 'store' | 'after'>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const callOff = after(PATIENCE_MS, () => late.resolve(false));
  const answered = store.surveyedAt('').then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([answered, late.promise]);
  } finally {
    callOff();
  }
}
