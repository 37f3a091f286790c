import type { Mlflow } from '../state.ts';
import { deliver } from './deliver.ts';
import type { Event } from './event.ts';

/**
 * Tells all active subscribers of an event, in no order that could be relied on, and forgets those that
 * could not be told: there is no queue that outlives the server, and no second delivery.
 *
 * Source: mlflow/mlflow mlflow/webhooks/delivery.py, deliver_webhook.
 */
export function publish(mlflow: Mlflow, event: Event, data: object): void {
  for (const webhook of mlflow.subscribers.of(event)) {
    if (webhook.status !== 'ACTIVE') continue;
    mlflow.deliveries.add(() => deliver(mlflow, webhook, event, data));
  }
}
