import assert from 'node:assert/strict';
import { test } from 'node:test';

import { z } from 'zod';

import { PermanentError } from './errors.ts';
import { openLog } from './log.ts';
import { Secret } from './secret.ts';

const Line = z.record(z.string(), z.unknown());

test('a line is JSON, with the level in words and the time as people write it', () => {
  const { log, lines } = recorded();

  log.info({ delivery: 'dlv_1' }, 'run started');

  const { time, ...rest } = lines()[0] ?? {};
  assert.deepEqual(rest, { level: 'info', delivery: 'dlv_1', msg: 'run started' });
  assert.equal(new Date(String(time)).toISOString(), time);
});

test('a secret is not written, however deep it lies', () => {
  const { log, text } = recorded();
  const secret = new Secret('s3cret-value');

  log.error(
    { secret, deep: { list: [secret] }, err: new Error(`with ${String(secret)}`) },
    'failed',
  );

  assert.match(text(), /\[secret\]/);
  assert.doesNotMatch(text(), /s3cret-value/);
});

test('an error brings its code and its hint', () => {
  const { log, text } = recorded();

  log.warn({ err: new PermanentError('REFUSED', 'no', { hint: 'Ask for it.' }) }, 'gave up');

  assert.match(text(), /"code":"REFUSED"/);
  assert.match(text(), /"hint":"Ask for it\."/);
});

function recorded() {
  const written: string[] = [];
  const log = openLog('info', { write: (line) => void written.push(line) });
  return {
    log,
    text: () => written.join(''),
    lines: () => written.map((line) => Line.parse(JSON.parse(line))),
  };
}
