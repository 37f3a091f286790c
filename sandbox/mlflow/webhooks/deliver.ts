import { randomUUID } from 'node:crypto';

import type { OutgoingReply } from '../../kit/tools.ts';
import { pythonJson } from '../python-json.ts';
import type { Mlflow } from '../state.ts';
import { type Event, partsOf } from './event.ts';
import { post } from './post.ts';
import { checkReceiver } from './receiver.ts';
import { signature } from './signature.ts';
import type { Webhook } from './webhook.ts';

/**
 * Sends one delivery, with its retries, as the sandbox's faults have it. All attempts at it, and a
 * duplicate of it too, have the same id, time and signature.
 *
 * `{"entity": "model_version", "action": "created", "timestamp": "2026-01-01T00:00:00.123456+00:00",
 * "data": {"name": "churn-model", "version": "7", "source": "…", "run_id": null, "tags": {}, …}}`
 *
 * Source: mlflow/mlflow mlflow/webhooks/delivery.py, _send_webhook_request.
 * @throws {Error} nobody answered
 */
export async function deliver(
  mlflow: Mlflow,
  webhook: Webhook,
  event: Event,
  data: object,
): Promise<OutgoingReply> {
  const { config, tools } = mlflow;
  checkReceiver(config, webhook.url);
  const atMs = tools.clock.now();
  const body = pythonJson({ ...partsOf(event), timestamp: isoTime(atMs), data });
  const id = randomUUID();
  const seconds = String(Math.floor(atMs / 1000));
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    'X-MLflow-Delivery-Id': id,
    'X-MLflow-Timestamp': seconds,
  };
  if (webhook.secret !== '') {
    headers['X-MLflow-Signature'] = signature(webhook.secret, id, seconds, body);
  }
  const once = () => post({ url: webhook.url, headers, body, config, signal: mlflow.closing });
  const request = { sender: 'mlflow-webhooks', url: webhook.url, body } as const;
  return tools.outgoing ? tools.outgoing.send(request, once) : once();
}

/** As Python's `isoformat` writes it: with microseconds, unless there are none. */
function isoTime(atMs: number): string {
  const iso = new Date(atMs).toISOString();
  const micros = Math.floor((performance.now() % 1) * 1000);
  const fraction = `${iso.slice(20, 23)}${String(micros).padStart(3, '0')}`;
  return `${iso.slice(0, 19)}${fraction === '000000' ? '' : `.${fraction}`}+00:00`;
}
