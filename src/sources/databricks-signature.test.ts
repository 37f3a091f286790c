import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';

import { Secret } from '../lib/secret.ts';
import vector from './databricks-hmac-sha256.json' with { type: 'json' };
import { verifierFor } from './databricks-signature.ts';

const body = Buffer.from(vector.body);
const signature = vector.headers['X-Databricks-Signature'];

test('what the registry signed is genuine, and in whatever case its digits are', () => {
  const verify = verifierFor([new Secret(vector.secret)]);

  assert.equal(body.length, vector.bodyBytes);
  assert.equal(verify(signature, body), true);
  assert.equal(verify(signature.toUpperCase(), body), true);
});

test('while one secret replaces the other, both are taken', () => {
  const both = [new Secret('the-next-secret'), new Secret(vector.secret)];

  assert.equal(verifierFor(both)(signature, body), true);
  assert.equal(verifierFor(both.toReversed())(signature, body), true);
});

test('what somebody else signed, or nobody, is not genuine', () => {
  const verify = verifierFor([new Secret(vector.secret)]);
  const bitFlipped = Buffer.from(body);
  bitFlipped[20] = (bitFlipped[20] ?? 0) ^ 1;
  const base64 = createHmac('sha256', vector.secret).update(body).digest('base64');

  const refused = [
    verifierFor([new Secret('another-secret')])(signature, body),
    verify(signature, bitFlipped),
    verify(signature, Buffer.concat([body, Buffer.from('\n')])),
    verify(signature, new Uint8Array()),
    verify(null, body),
    verify('', body),
    verify(signature.slice(2), body),
    verify(`${signature}00`, body),
    verify(`${signature.slice(0, 62)}zz`, body),
    verify(`sha256=${signature}`, body),
    verify(` ${signature}`, body),
    verify(base64, body),
  ];

  assert.deepEqual(
    refused.filter((isGenuine) => isGenuine),
    [],
  );
});
