import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Int64, parseJson } from './json.ts';

test('an id beyond 2^53 keeps its last digits', () => {
  assert.deepEqual(parseJson('{"run_id":9223372036854775807,"n":[7]}'), {
    run_id: '9223372036854775807',
    n: [7],
  });
});

test('what is no long integer stays what it is', () => {
  const text =
    '{"safe":9007199254740991,"big":1e300,"half":0.1234567890123457,"text":"12345678901234567890"}';

  assert.deepEqual(parseJson(text), {
    safe: 9007199254740991,
    big: 1e300,
    half: 0.1234567890123457,
    text: '12345678901234567890',
  });
});

test('an id is text with us, however it came', () => {
  assert.equal(Int64.parse(42), '42');
  assert.equal(Int64.parse('9223372036854775807'), '9223372036854775807');
  assert.equal(Int64.safeParse('7; drop').success, false);
  assert.equal(Int64.safeParse(2 ** 60).success, false);
});
