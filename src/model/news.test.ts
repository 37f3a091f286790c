import assert from 'node:assert/strict';
import { test } from 'node:test';

import { allNews, newsIn, newsOf } from './news.ts';

test('what is stored is news for those who may find something to do, and for nobody else', () => {
  const moved = { say: 'moved' };

  assert.deepEqual(newsOf({ phase: 'running', cancel: null }, moved), ['follows']);
  const cancel = { by: 'ann', why: 'wrong', atMs: 1 };
  assert.deepEqual(newsOf({ phase: 'running', cancel }, moved), ['follows', 'cancels']);
  assert.deepEqual(newsOf({ phase: 'ended', cancel: null }, moved), ['starts']);
  const reports = ['tags'] as const;
  assert.deepEqual(newsOf({ phase: 'ended', cancel: null }, { ...moved, reports }), [
    'starts',
    'reports',
  ]);
  assert.deepEqual(newsOf({ phase: 'reported', cancel: null }, moved), []);
  assert.deepEqual(newsOf({ phase: 'running', cancel: null }, { ...moved, keep: true }), []);
  assert.deepEqual(newsOf({ phase: 'running', cancel: null }, {}), []);
});

test('a hint of another version, which says nothing or something else, may mean anything', () => {
  assert.deepEqual(newsIn(['reports', 'starts']), ['starts', 'reports']);
  assert.deepEqual(newsIn([]), allNews);
  assert.deepEqual(newsIn(['starts', 'weather']), allNews);
});
