import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

import type { Secret } from '../lib/secret.ts';

/** Says whether a registry that knows one of the secrets sent these bytes. */
export type Verify = (signature: string | null, body: Uint8Array) => boolean;

/**
 * Checks signatures with any of these secrets: there are two while one replaces the other.
 *
 * Hex digits of either case are the same bytes. Every secret is tried, so that the time it takes
 * says nothing about which one it was.
 *
 * Source: docs.databricks.com/mlflow/model-registry-webhooks, "Client verification":
 * `X-Databricks-Signature` is the hex HMAC-SHA256 of the raw body.
 */
export function verifierFor(secrets: readonly Secret[]): Verify {
  const keys = secrets.map((secret) => createSecretKey(secret.reveal(), 'utf8'));
  return (signature, body) => {
    if (!/^[0-9a-f]{64}$/i.test(signature ?? '')) return false;
    const sent = Buffer.from(signature ?? '', 'hex');
    return keys.filter((key) => timingSafeEqual(macOf(key, body), sent)).length > 0;
  };
}

function macOf(key: KeyObject, body: Uint8Array): Buffer {
  return createHmac('sha256', key).update(body).digest();
}
