import { Hono } from 'hono';
import { z } from 'zod';

import { askToCancel, dismiss } from '../engine/asked.ts';
import type { Engine } from '../engine/engine.ts';
import type { DeliveryFilter } from '../store/asking.ts';
import { becauseOf } from './because-of.ts';
import { DeliveryQuery } from './delivery-query.ts';
import { deliveryViews, listedViews } from './event-views.ts';
import { Person } from './person.ts';
import { replayAll } from './replays.ts';
import type { DeliveryPage } from './views.ts';

const CancelRequest = z.strictObject({ ...Person.shape, attempt: z.int().positive().optional() });

/** `/api/deliveries`: which there are, and what a person may do with them. */
export function deliveries(engine: Engine, wake: () => void): Hono {
  const { store } = engine;
  return new Hono()
    .get('/', async (c) => {
      const query = DeliveryQuery.safeParse(c.req.query());
      if (!query.success) return c.json({ error: becauseOf(query.error) }, 400);
      const { filter, page } = query.data;
      return c.json(await pageOf(engine, filter, page));
    })
    .post('/replay', async (c) => {
      const answer = await replayAll(engine, await c.req.json().catch(() => undefined));
      if (answer.kind === 'malformed') return c.json({ error: answer.because }, 400);
      if (answer.kind === 'results') wake();
      return c.json(answer.body);
    })
    .get('/:id', async (c) => {
      const delivery = await store.delivery(c.req.param('id'));
      if (!delivery) return c.json({ error: 'no such delivery' }, 404);
      const [view] = await deliveryViews(engine, [delivery]);
      return c.json(view);
    })
    .post('/:id/cancel', async (c) => {
      const request = CancelRequest.safeParse(await c.req.json().catch(() => undefined));
      if (!request.success) return c.json({ error: becauseOf(request.error) }, 400);
      const { attempt = null, ...person } = request.data;
      const answer = await askToCancel(engine, { id: c.req.param('id'), attempt }, person);
      if (answer.kind === 'unknown') return c.json({ error: 'no such delivery' }, 404);
      if (answer.kind === 'over')
        return c.json({ error: 'it is over, or at another attempt' }, 409);
      wake();
      return c.json({ delivery: c.req.param('id'), answer: answer.kind }, 202);
    })
    .post('/:id/dismiss', async (c) => {
      const request = Person.safeParse(await c.req.json().catch(() => undefined));
      if (!request.success) return c.json({ error: becauseOf(request.error) }, 400);
      const answer = await dismiss(engine, c.req.param('id'), request.data);
      if (answer === 'unknown') return c.json({ error: 'no such delivery' }, 404);
      if (answer === 'not_dead') return c.json({ error: 'it is no dead letter' }, 409);
      return c.json({ delivery: c.req.param('id'), answer });
    });
}

async function pageOf(
  engine: Engine,
  filter: DeliveryFilter,
  page: { readonly limit: number; readonly before?: string },
): Promise<DeliveryPage> {
  const { deliveries: found, next } = await engine.store.listed(filter, page);
  return { deliveries: await listedViews(engine, found), next };
}
