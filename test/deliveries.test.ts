import assert from 'node:assert/strict';
import { test } from 'node:test';

import { z } from 'zod';

import { openService, type TestService } from './service.ts';

test('deliveries are listed by what they are, and page by page', async (t) => {
  const service = await openService(t);
  const [first, second, third] = [await ask(service), await ask(service), await ask(service)];
  await kill(service, second);

  const dead = await list(service, 'dead=true');
  const page = await list(service, 'limit=2');
  const rest = await list(service, `limit=2&cursor=${page.next}`);

  assert.deepEqual(dead.ids, [second]);
  assert.deepEqual([...page.ids, ...rest.ids], [third, second, first]);
  assert.deepEqual([rest.next, (await list(service, 'rule=release')).ids], [null, []]);
  assert.equal((await fetch(`${service.url}/api/deliveries?verdct=failed`)).status, 400);
  assert.equal((await fetch(`${service.url}/api/deliveries?since=yesterday`)).status, 400);
  assert.equal((await get(service, '/api/status', Status)).dead_letters, 1);
});

test('events are listed page by page', async (t) => {
  const service = await openService(t);
  for (const _ of [1, 2, 3]) await ask(service);

  const page = await get(service, '/api/events?limit=2', EventPage);
  const rest = await get(service, `/api/events?limit=2&cursor=${page.next}`, EventPage);

  assert.equal(new Set([...page.events, ...rest.events].map(({ id }) => id)).size, 3);
  assert.equal(rest.next, null);
});

test('a replay names the attempts that the preview has shown, and counts once', async (t) => {
  const service = await openService(t);
  const id = await ask(service);
  await kill(service, id);

  const preview = await post(service, '/api/deliveries/replay', {
    preview: true,
    filter: { dead: true },
  });
  const order = { deliveries: [{ id, attempt: 1 }], by: 'nick\u001b[2J', why: 'mended' };
  const once = await post(service, '/api/deliveries/replay', order);
  const again = await post(service, '/api/deliveries/replay', order);

  assert.partialDeepStrictEqual(preview.body, {
    replays: [
      {
        delivery: id,
        attempt: 1,
        target: 'devops',
        judged: 'then',
        request: { pipeline: 1, branch: 'main' },
        refused: null,
      },
    ],
    next: null,
  });
  assert.deepEqual(once.body, { results: [{ delivery: id, result: 'replayed', attempt: 2 }] });
  assert.deepEqual(again.body, { results: [{ delivery: id, result: 'already', attempt: 2 }] });
  const delivery = await get(service, `/api/deliveries/${id}`, Delivery);
  assert.deepEqual(
    delivery.earlier.map(({ attempt, verdict }) => ({ attempt, verdict })),
    [{ attempt: 1, verdict: 'failed' }],
  );
  assert.match(delivery.reason, /attempt 2, replayed by nick \[2J: mended/);
});

test('a replay without the attempt that was seen is refused, and so is one without an end', async (t) => {
  const service = await openService(t);
  const id = await ask(service);
  const replay = async (body: unknown) => await post(service, '/api/deliveries/replay', body);

  assert.equal((await replay({ deliveries: [{ id }] })).status, 400);
  assert.equal((await replay({ filter: { dead: true } })).status, 400);
  assert.equal((await replay({ preview: true })).status, 400);
  const many = Array.from({ length: 101 }, (_, index) => ({ id: `dlv_${index}`, attempt: 1 }));
  assert.equal((await replay({ deliveries: many })).status, 400);
  assert.deepEqual((await replay({ deliveries: [{ id, attempt: 1 }] })).body, {
    results: [{ delivery: id, result: 'refused', because: 'it is still under way' }],
  });
});

test('what waits is canceled, what is dead is dismissed, and nothing else is', async (t) => {
  const service = await openService(t);
  const [waiting, dead] = [await ask(service), await ask(service)];
  await kill(service, dead);

  const canceled = await post(service, `/api/deliveries/${waiting}/cancel`, { by: 'nick' });
  const over = await post(service, `/api/deliveries/${waiting}/cancel`, { by: 'nick' });
  const notDead = await post(service, `/api/deliveries/${waiting}/dismiss`, { by: 'nick' });
  const dismissed = await post(service, `/api/deliveries/${dead}/dismiss`, {});
  const nothing = await post(service, '/api/deliveries/dlv_none/dismiss', {});

  assert.deepEqual(
    [canceled, over, notDead, dismissed, nothing].map(({ status }) => status),
    [202, 409, 409, 200, 404],
  );
  assert.equal((await get(service, `/api/deliveries/${waiting}`, Delivery)).verdict, 'canceled');
  assert.equal((await get(service, '/api/status', Status)).dead_letters, 0);
});

test('a page of another origin can neither replay, cancel nor dismiss', async (t) => {
  const service = await openService(t);
  const id = await ask(service);
  const places = ['replay', `${id}/cancel`, `${id}/dismiss`];

  const statuses = await Promise.all(
    places.map(async (place) => {
      const response = await fetch(`${service.url}/api/deliveries/${place}`, {
        method: 'POST',
        headers: { origin: 'https://evil.example', 'content-type': 'text/plain' },
        body: '{}',
      });
      return response.status;
    }),
  );

  assert.deepEqual(statuses, [403, 403, 403]);
  assert.equal((await get(service, `/api/deliveries/${id}`, Delivery)).verdict, null);
});

const Ids = z.array(z.object({ id: z.string() }));
const Page = z.object({ deliveries: Ids, next: z.string().nullable() });
const EventPage = z.object({ events: Ids, next: z.string().nullable() });
const Status = z.object({ dead_letters: z.number() });
const Delivery = z.object({
  verdict: z.string().nullable(),
  reason: z.string(),
  earlier: z.array(z.object({ attempt: z.number(), verdict: z.string() })),
});
const Added = z.object({ event: z.string() });
const Event = z.object({ deliveries: Ids });

/** Asks for the unit test by hand; resolves to the id of its delivery. */
async function ask(service: TestService): Promise<string> {
  const { body } = await post(service, '/api/manual/by-hand', {
    name: 'unit-test',
    branch: 'main',
  });
  const { event } = Added.parse(body);
  const { deliveries } = await get(service, `/api/events/${event}`, Event);
  const [delivery] = deliveries;
  assert(delivery);
  return delivery.id;
}

/** Makes a dead letter of a delivery. */
async function kill({ app }: TestService, id: string): Promise<void> {
  const { store } = app.engine;
  const delivery = await store.delivery(id);
  assert(delivery);
  const dead = { ...delivery, phase: 'dead', verdict: 'failed', reason: 'no pipeline 1' } as const;
  await store.save(dead, { say: dead.reason, atMs: store.now() });
}

async function list(service: TestService, query: string) {
  const { deliveries, next } = await get(service, `/api/deliveries?${query}`, Page);
  return { ids: deliveries.map(({ id }) => id), next };
}

async function get<Schema extends z.ZodType>({ url }: TestService, path: string, schema: Schema) {
  return schema.parse(await (await fetch(`${url}${path}`)).json());
}

async function post({ url }: TestService, path: string, body: unknown) {
  const response = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
  const answer: unknown = await response.json();
  return { status: response.status, body: answer };
}
