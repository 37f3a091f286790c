import assert from 'node:assert/strict';
import test from 'node:test';

import type { Answer } from './ask.ts';
import { openRequests } from './request-by-hand.ts';

const wanted = { source: 'manual/er', name: 'unit-test', branch: 'dev-nick' };

test('a request says what came of it', async () => {
  const request = openRequests(async (path, post) => {
    assert.equal(path, '/manual/manual%2Fer');
    assert.partialDeepStrictEqual(post, { name: 'unit-test', branch: 'dev-nick' });
    return { kind: 'answer', body: { event: 'evt_1' } };
  });

  assert.deepEqual(await request(wanted), { kind: 'accepted', event: 'evt_1' });
});

test('a refusal is told in the words of the service', async () => {
  const request = openRequests(async () => ({ kind: 'refusal', status: 400, because: 'name: no' }));

  assert.deepEqual(await request(wanted), { kind: 'refused', because: 'name: no' });
});

test('after no answer the same again is the same request, and anything else another', async () => {
  const ids: string[] = [];
  let isSilent = true;
  const request = openRequests(async (_path, post): Promise<Answer> => {
    ids.push(idIn(post));
    if (isSilent) throw new TypeError('fetch failed');
    return { kind: 'answer', body: { event: 'evt_1' } };
  });

  assert.deepEqual(await request(wanted), { kind: 'unanswered' });
  isSilent = false;
  await request(wanted);
  await request(wanted);

  assert.equal(ids[0], ids[1]);
  assert.notEqual(ids[1], ids[2]);
});

test('another request after no answer is another', async () => {
  const ids: string[] = [];
  const request = openRequests(async (_path, post) => {
    ids.push(idIn(post));
    throw new TypeError('fetch failed');
  });

  await request(wanted);
  await request({ ...wanted, branch: 'dev-ann' });

  assert.notEqual(ids[0], ids[1]);
});

function idIn(post: unknown): string {
  return typeof post === 'object' && post !== null ? String(Reflect.get(post, 'request_id')) : '';
}
