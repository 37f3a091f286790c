import type { Event } from './event.ts';
import type { Webhook } from './webhook.ts';

/** Who hears of an event, as MLflow remembers it. */
export interface SubscriberCache {
  of(event: Event): readonly Webhook[];
}

interface Options {
  readonly webhooks: ReadonlyMap<string, Webhook>;
  readonly ttlMs: number;
  readonly now: () => number;
}

/**
 * The subscribers of each event, looked up once and then kept for a while as they were: a webhook that is
 * made, changed, disabled or deleted meanwhile is not noticed.
 *
 * Source: mlflow/mlflow mlflow/webhooks/delivery.py, _get_cached_webhooks_by_event; 60 s.
 */
export function openSubscriberCache({ webhooks, ttlMs, now }: Options): SubscriberCache {
  const known = new Map<Event, { readonly untilMs: number; readonly list: readonly Webhook[] }>();
  return {
    of(event) {
      const cached = known.get(event);
      if (cached && now() < cached.untilMs) return cached.list;
      const list = [...webhooks.values()]
        .toReversed()
        .filter((webhook) => webhook.events.includes(event));
      known.set(event, { untilMs: now() + ttlMs, list });
      return list;
    },
  };
}
