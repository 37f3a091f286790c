import { createHmac } from 'node:crypto';

/**
 * `v1,` and the base64 of HMAC-SHA256 over id, time and body with dots between; the secret is taken as it
 * was typed.
 *
 * Source: mlflow/mlflow mlflow/webhooks/delivery.py, _generate_hmac_signature.
 */
export function signature(secret: string, id: string, seconds: string, body: string): string {
  const mac = createHmac('sha256', secret).update(`${id}.${seconds}.${body}`).digest('base64');
  return `v1,${mac}`;
}
