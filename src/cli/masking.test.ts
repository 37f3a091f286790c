import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Secret } from '../lib/secret.ts';
import { maskingOf } from './masking.ts';

test('a CI system is told of a secret in its own words, and others are told nothing', () => {
  const secret = new Secret('eyJ.a.b');

  assert.equal(maskingOf(secret, { TF_BUILD: 'True' }), '##vso[task.setsecret]eyJ.a.b');
  assert.equal(maskingOf(secret, { GITHUB_ACTIONS: 'true' }), '::add-mask::eyJ.a.b');
  assert.equal(maskingOf(secret, {}), null);
});

test('a line break in a secret begins no order of its own', () => {
  const secret = new Secret('a%\r\n##vso[x]');

  assert.equal(
    maskingOf(secret, { TF_BUILD: 'True' }),
    '##vso[task.setsecret]a%AZP25%0D%0A##vso[x]',
  );
});
