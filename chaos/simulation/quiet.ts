import { isDeepStrictEqual } from 'node:util';

import { START_MS } from './plan.ts';

/**
 * Most of what the engine asks the store is whether there is something to do, and mostly there is
 * nothing: it is not asked again before something was written or has fallen due.
 */
export interface Quiet {
  ask(name: string, given: readonly unknown[], really: () => Promise<unknown>): Promise<unknown>;
}

const CLAIMS = new Set(['claimToFollow', 'claimReports', 'claimToCancel']);
const LOOKS = new Set(['targetsFollowed', 'surveyedAt', 'standings', 'delivery', 'event']);

interface Known {
  readonly untilMs: number;
  readonly answer: unknown;
}

interface Around {
  readonly database: { nextMs(): number };
  readonly now: () => number;
  /** Asks all the same, and compares. */
  readonly isChecked: boolean;
  readonly alarm: (what: string) => void;
}

export function openQuiet({ database, now, isChecked, alarm }: Around): Quiet {
  const known = new Map<string, Known>();

  /** Compares, in the seeds that are for that. */
  async function check(name: string, { answer }: Known, really: () => Promise<unknown>) {
    if (!isChecked || isDeepStrictEqual(await really(), answer)) return;
    alarm(`store.${name} has another answer, and nothing was written meanwhile`);
  }

  return {
    async ask(name, given, really) {
      const isClaim = CLAIMS.has(name);
      const isWrite = !isClaim && !LOOKS.has(name);
      const key = keyOf(name, given);
      const before = known.get(key);
      if (!isWrite && before && now() < before.untilMs) {
        await check(name, before, really);
        return before.answer;
      }
      const answer = await really();
      const isTaken = isClaim && Array.isArray(answer) && answer.length > 0;
      const untilMs = isClaim ? database.nextMs() - START_MS : Infinity;
      if (isWrite || isTaken) known.clear();
      else known.set(key, { answer, untilMs });
      return answer;
    },
  };
}

/** Whoever claims does not matter: there is something for everybody, or for nobody. */
function keyOf(name: string, [of]: readonly unknown[]): string {
  return `${name} ${typeof of === 'string' ? of : ''}`;
}
