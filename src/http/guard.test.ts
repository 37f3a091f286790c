import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Hono } from 'hono';

import { Secret } from '../lib/secret.ts';
import { guard } from './guard.ts';

test('the token for claims is good for a claim from elsewhere, and for nothing else', async () => {
  const ask = opened();

  assert.equal(await ask('POST', '/api/claims', 'for-claims'), 200);
  assert.equal(await ask('GET', '/api/claims', 'for-claims'), 401);
  assert.equal(await ask('POST', '/api/claims/x', 'for-claims'), 401);
  assert.equal(await ask('POST', '/api/deliveries/replay', 'for-claims'), 401);
  assert.equal(await ask('GET', '/api/events', 'for-claims'), 401);
});

test('the token for everything is good for a claim, too; no token and a wrong one are not', async () => {
  const ask = opened();

  assert.equal(await ask('POST', '/api/claims', 'for-everything'), 200);
  assert.equal(await ask('POST', '/api/claims', 'wrong'), 401);
  assert.equal(await ask('POST', '/api/claims', ''), 401);
});

/** Everything behind the guard says 200; who asks is always somewhere else. */
function opened() {
  const app = new Hono()
    .use(
      '*',
      guard({
        token: new Secret('for-everything'),
        claimToken: new Secret('for-claims'),
        addressOf: () => '203.0.113.7',
      }),
    )
    .all('*', (c) => c.text('behind the guard'));
  return async (method: string, path: string, token: string): Promise<number> => {
    const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
    const response = await app.request(`https://signalbox.example${path}`, { method, headers });
    return response.status;
  };
}
