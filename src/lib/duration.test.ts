import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Duration } from './duration.ts';

test('a duration is read in its unit', () => {
  const read = ['250ms', '30s', '5m', '1h', '2d'].map((text) => Duration.parse(text));

  assert.deepEqual(read, [250, 30_000, 300_000, 3_600_000, 172_800_000]);
});

test('a bare number, a negative one, nothing, and too much are refused', () => {
  const refused = ['5', '-5m', '0s', '', '5 m', '1.5h', '1w', '25d', 5];

  assert.deepEqual(
    refused.filter((value) => Duration.safeParse(value).success),
    [],
  );
});
