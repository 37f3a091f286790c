import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { z } from 'zod';

import type { Engine } from '../engine/engine.ts';
import { becauseOf } from './because-of.ts';
import { claims } from './claims.ts';
import { deliveries } from './deliveries.ts';
import { eventViews } from './event-views.ts';
import { iso } from './iso.ts';
import { requestManually } from './manual.ts';
import type { SourceView } from './side-views.ts';
import { targetViews } from './target-views.ts';
import type { EventPage, RuleView, StatusView } from './views.ts';

export interface ApiDeps {
  readonly engine: Engine;
  readonly wake: () => void;
  readonly onChange: (listener: (eventId: string) => void) => () => void;
  readonly browse: string | null;
  /** Each source's kind, by its name. */
  readonly sourceTypes: ReadonlyMap<string, string>;
}

const EventQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(100).optional(),
});
const HEARTBEAT_MS = 15_000; // proxies close streams that are silent for a minute

/** `/api`: looks at what there is, and asks for what a person may ask for. */
export function api(deps: ApiDeps): Hono {
  const { engine, wake, onChange } = deps;
  const { store } = engine;
  return new Hono()
    .get('/events', async (c) => {
      const query = EventQuery.safeParse(c.req.query());
      if (!query.success) return c.json({ error: becauseOf(query.error) }, 400);
      const { limit, cursor } = query.data;
      const events = await store.events(limit, cursor);
      const next = events.length < limit ? null : (events.at(-1)?.id ?? null);
      return c.json({ events: await eventViews(engine, events), next } satisfies EventPage);
    })
    .get('/events/:id', async (c) => {
      const event = await store.event(c.req.param('id'));
      if (!event) return c.json({ error: 'no such event' }, 404);
      const [view] = await eventViews(engine, [event]);
      return c.json(view);
    })
    .route('/deliveries', deliveries(engine, wake))
    .get('/status', async (c) => c.json(await statusOf(deps)))
    .get('/stream', (c) =>
      streamSSE(c, async (stream) => {
        const stop = onChange((event) => {
          void stream.writeSSE({ event: 'change', data: JSON.stringify({ event }) });
        });
        stream.onAbort(stop);
        await stream.writeSSE({ event: 'open', data: '{}' });
        while (!stream.aborted) {
          await stream.sleep(HEARTBEAT_MS);
          await stream.write(': still here\n\n');
        }
      }),
    )
    .route('/claims', claims(engine, wake))
    .post('/manual/:source', async (c) => {
      const body: unknown = await c.req.json().catch(() => undefined);
      const answer = await requestManually(engine, c.req.param('source'), body);
      switch (answer.kind) {
        case 'unknown_source':
          return c.json({ error: 'no source of type manual has this name' }, 404);
        case 'malformed':
          return c.json({ error: answer.because }, 400);
        case 'added':
          wake();
          return c.json({ event: answer.id }, 202);
      }
    });
}

async function statusOf({ engine, browse, sourceTypes }: ApiDeps): Promise<StatusView> {
  const refusals = await engine.store.refusals();
  const sources = [...engine.sources.keys()].map(async (name): Promise<SourceView> => {
    const surveyedAtMs = await engine.store.surveyedAt(name);
    return {
      name,
      type: sourceTypes.get(name) ?? '',
      complete_until: surveyedAtMs === null ? null : iso(surveyedAtMs),
      refusals: refusals
        .filter(({ source }) => source === name)
        .map(({ reason, count, lastAtMs }) => ({ reason, count, last_at: iso(lastAtMs) })),
    };
  });
  const rules = engine.rules.map(
    ({ name, on, when, target, require: requirement, report }): RuleView => ({
      name,
      on,
      when: when?.text ?? null,
      target,
      require: requirement?.type ?? null,
      report,
    }),
  );
  const dead_letters = await engine.store.countDead();
  const targets = await targetViews(engine);
  return { sources: await Promise.all(sources), targets, rules, dead_letters, browse };
}
