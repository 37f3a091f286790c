import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openHiddenValues } from './hidden-values.ts';

test('every hidden value becomes stars, plain and encoded, wherever it stands', () => {
  const hidden = openHiddenValues();
  hidden.add('s3cret+&');
  hidden.add('other');

  assert.equal(hidden.redact('a=s3cret+&, b=s3cret%2B%26, other'), 'a=***, b=***, ***');
  assert.equal(hidden.redact('s3cret without its end'), 's3cret without its end');
  assert.equal(hidden.redact('othe'), 'othe');
  assert.equal(hidden.redact(''), '');
});

test('of values that lie in each other or overlap, nothing is left over', () => {
  const hidden = openHiddenValues();
  for (const value of ['abcd', 'abcdefgh', 'ghijkl']) hidden.add(value);

  assert.equal(hidden.redact('xabcdefghy'), 'x***y');
  assert.equal(hidden.redact('xabcdefghijkly'), 'x***y');
  assert.equal(hidden.redact('abcdabcd'), '******');
});

test('a token is hidden although nobody said that it is one', () => {
  assert.equal(openHiddenValues().redact('Bearer eyJhbGciOi.eyJzdWIi.x-Y_1!'), 'Bearer ***!');
});

test('ten thousand values are as quick to hide as ten', () => {
  const hidden = openHiddenValues();
  for (let number = 0; number < 10_000; number += 1) hidden.add(`${number}-secret`);
  const text = 'an ordinary answer with many words in it, '.repeat(2_000);

  const startedMs = performance.now();
  assert.equal(hidden.redact(text), text);
  assert.ok(performance.now() - startedMs < 1_000);
});
