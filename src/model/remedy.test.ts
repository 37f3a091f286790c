import assert from 'node:assert/strict';
import { test } from 'node:test';

import { adviceFor, remediesFor } from './remedy.ts';

const put = { by: 'nick', why: '', atMs: 1 };

test('what is under way can be canceled, and nothing else', () => {
  const running = { phase: 'running', verdict: null, dismissed: null } as const;

  assert.deepEqual(remediesFor(running), ['cancel']);
  assert.equal(adviceFor(running), null);
});

test('a dead letter can be replayed or dismissed, and a dismissed one replayed still', () => {
  const dead = { phase: 'dead', verdict: 'failed', dismissed: null } as const;

  assert.deepEqual(remediesFor(dead), ['replay', 'dismiss']);
  assert.match(adviceFor(dead) ?? '', /replay it, or dismiss it/);
  assert.deepEqual(remediesFor({ ...dead, dismissed: put }), ['replay']);
  assert.equal(adviceFor({ ...dead, dismissed: put }), null);
});

test('what ended can be replayed, also what ended well', () => {
  const ended = { phase: 'reported', verdict: 'succeeded', dismissed: null } as const;

  assert.deepEqual(remediesFor(ended), ['replay']);
  assert.equal(adviceFor(ended), null);
});

test('a lost run may be going on: a replay has to say that it knows', () => {
  const lost = { phase: 'ended', verdict: 'lost', dismissed: null } as const;

  assert.deepEqual(remediesFor(lost), ['replay_lost']);
  assert.match(adviceFor(lost) ?? '', /Look at its run/);
});
