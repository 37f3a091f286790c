import assert from 'node:assert/strict';
import test from 'node:test';

import type { Answer } from './ask.ts';
import { openBoard } from './board.ts';
import { aDelivery, anEvent, aStatus } from './sample-views.ts';

test('events stand newest first, wherever they came from', async () => {
  const older = anEvent({ id: 'evt_2', received_at: '2026-11-23T13:00:00.000Z' });
  const newer = anEvent({ id: 'evt_3', received_at: '2026-11-23T15:00:00.000Z' });
  const board = openBoard(
    answering({ '/events?limit=50': { events: [anEvent(), older] }, '/events/evt_3': newer }),
  );

  await board.refresh();
  await board.refreshEvent('evt_3');

  assert.deepEqual(
    board.events.value?.map(({ id }) => id),
    ['evt_3', 'evt_1', 'evt_2'],
  );
});

test('what was there from the start is no news, what comes later is', async () => {
  const answers = { '/events?limit=50': { events: [anEvent()] }, '/events/evt_1': anEvent() };
  const board = openBoard(answering(answers));

  await board.refresh();
  assert.equal(board.news.value, '');

  answers['/events/evt_1'] = anEvent({
    deliveries: [aDelivery({ verdict: 'failed', phase: 'ended' })],
  });
  await board.refreshEvent('evt_1');
  assert.equal(
    board.news.value,
    'integration for wine-quality version 3 moved from None to Staging: Failed.',
  );
});

test('many changes of one event while it is asked for make one more question', async () => {
  const asked: string[] = [];
  const board = openBoard(answering({ '/events/evt_1': anEvent() }, asked));

  await Promise.all(['evt_1', 'evt_1', 'evt_1', 'evt_1'].map((id) => board.refreshEvent(id)));

  assert.deepEqual(asked, ['/events/evt_1', '/events/evt_1']);
});

test('a service that does not answer leaves what is shown, and says so', async () => {
  const answers: Record<string, unknown> = { '/events?limit=50': { events: [anEvent()] } };
  const board = openBoard(answering(answers));

  await board.refresh();
  delete answers['/events?limit=50'];
  await board.refresh();

  assert.equal(board.events.value?.length, 1);
  assert.equal(board.trouble.value, 'no answer');
});

test('an answer of something else is not taken for events', async () => {
  const board = openBoard(answering({ '/events?limit=50': { events: [{ id: 7 }] } }));

  await board.refresh();

  assert.equal(board.events.value, null);
  assert.match(board.trouble.value, /not understood/);
});

test('a linked delivery brings its event, and keeps it', async () => {
  const board = openBoard(
    answering({
      '/events?limit=50': { events: [] },
      '/deliveries/dlv_9': { event: 'evt_9' },
      '/events/evt_9': anEvent({ id: 'evt_9' }),
    }),
  );

  await board.refresh();
  await board.include('dlv_9');
  await board.refresh();

  assert.deepEqual(
    board.events.value?.map(({ id }) => id),
    ['evt_9'],
  );
});

test('a list that was asked for before a change does not undo it', async () => {
  const before = Promise.withResolvers<void>();
  const changed = anEvent({ deliveries: [aDelivery({ verdict: 'failed', phase: 'ended' })] });
  const answers = { '/events?limit=50': { events: [anEvent()] }, '/events/evt_1': changed };
  const prompt = answering(answers);
  const board = openBoard(async (path) => {
    if (path.startsWith('/events?')) await before.promise;
    return await prompt(path);
  });

  const listed = board.refresh();
  await board.refreshEvent('evt_1');
  before.resolve();
  await listed;

  assert.equal(board.events.value?.[0]?.deliveries[0]?.verdict, 'failed');
});

test('a link to nothing is no trouble, only not there', async () => {
  const board = openBoard(async () => ({ kind: 'refusal', status: 404, because: 'no such event' }));

  assert.equal(await board.include('evt_7'), false);
  assert.equal(await board.include('dlv_7'), false);
  assert.equal(board.trouble.value, '');
});

test('older events can be asked for as long as there may be some', async () => {
  const events = Array.from({ length: 60 }, (_, index) => numbered(60 - index));
  const board = openBoard(
    answering({
      '/events?limit=50': { events: events.slice(0, 50) },
      '/events?limit=100': { events },
    }),
  );

  await board.refresh();
  assert.equal(board.hasOlder.value, true);
  await board.showOlder();

  assert.equal(board.events.value?.length, 60);
  assert.equal(board.hasOlder.value, false);
  assert.equal(board.news.value, '');
});

test('a page that stays open shows as many events as before, without the oldest', async () => {
  const events = Array.from({ length: 50 }, (_, index) => numbered(50 - index));
  const board = openBoard(
    answering({ '/events?limit=50': { events }, '/events/evt_51': numbered(51) }),
  );

  await board.refresh();
  await board.refreshEvent('evt_51');

  assert.equal(board.events.value?.length, 50);
  assert.equal(board.events.value?.[0]?.id, 'evt_51');
  assert.match(board.news.value, /^New event/);
});

function numbered(number: number) {
  const at = new Date(Date.UTC(2026, 10, 23, 14, number)).toISOString();
  return anEvent({ id: `evt_${number}`, received_at: at });
}

function answering(answers: Readonly<Record<string, unknown>>, asked: string[] = []) {
  return async (path: string): Promise<Answer> => {
    asked.push(path);
    await Promise.resolve();
    if (path === '/status') return { kind: 'answer', body: aStatus() };
    if (!(path in answers)) throw new TypeError('fetch failed');
    return { kind: 'answer', body: answers[path] };
  };
}
