import assert from 'node:assert/strict';
import { test } from 'node:test';

import { restMsIn } from './rest.ts';

const date = 'Mon, 23 Nov 2026 08:00:00 GMT';
const resetInAMinute = String(Date.parse(date) / 1000 + 60);

test('an answer that asks for no pause gets none', () => {
  assert.equal(restMsIn(new Headers({ date })), 0);
});

test('a pause that a good answer asks for is taken, up to the length of a window', () => {
  assert.equal(restMsIn(new Headers({ 'retry-after': '12' })), 12_000);
  assert.equal(restMsIn(new Headers({ 'retry-after': '86400' })), 300_000);
});

test('where little is left of the limit, we wait until there is more', () => {
  assert.equal(restMsIn(of('100')), 0);
  assert.equal(restMsIn(of('19')), 60_000);
});

test('what is no number, or has no date beside it, asks for nothing', () => {
  const odd = { 'retry-after': 'soon', 'x-ratelimit-remaining': '0', 'x-ratelimit-limit': '200' };

  assert.equal(restMsIn(new Headers(odd)), 0);
  assert.equal(restMsIn(new Headers({ ...odd, 'x-ratelimit-reset': resetInAMinute })), 0);
});

function of(remaining: string): Headers {
  return new Headers({
    date,
    'x-ratelimit-limit': '200',
    'x-ratelimit-remaining': remaining,
    'x-ratelimit-reset': resetInAMinute,
  });
}
