import type { Event } from '../model/event.ts';
import type { StoredDelivery } from '../store/store.ts';
import { type Looking, whyTheyWait } from './target-views.ts';
import {
  type DeliveryView,
  deliveryView,
  type EventView,
  eventView,
  type ListedView,
} from './views.ts';

/** Events with everything that came of them, in the order given. */
export async function eventViews(engine: Looking, events: readonly Event[]): Promise<EventView[]> {
  const deliveries = await engine.store.deliveriesOf(events.map(({ id }) => id));
  const views = await deliveryViews(engine, deliveries);
  return events.map((event) =>
    eventView(
      event,
      views.filter((view) => view.event === event.id),
    ),
  );
}

export async function deliveryViews(
  engine: Looking,
  deliveries: readonly StoredDelivery[],
): Promise<DeliveryView[]> {
  const { store } = engine;
  const ids = deliveries.map(({ id }) => id);
  const waits = await whyTheyWait(engine, deliveries);
  const [transitions, reports, earlier] = [
    await store.transitionsOf(ids),
    await store.reportsOf(ids),
    await store.earlierAttempts(
      deliveries.filter(({ attempt }) => attempt > 1).map(({ id }) => id),
    ),
  ];
  return deliveries.map((delivery) => {
    const isIts = (one: { readonly delivery: string }) => one.delivery === delivery.id;
    const because = delivery.phase === 'pending' ? waits.get(delivery.target) : null;
    const { reason } = delivery;
    return deliveryView(
      { ...delivery, reason: because ?? reason },
      {
        transitions: transitions.filter(isIts),
        reports: reports.filter(isIts),
        earlier: earlier.filter(isIts),
      },
    );
  });
}

/** Deliveries with the model version that each is about, in the order given. */
export async function listedViews(
  engine: Looking,
  deliveries: readonly StoredDelivery[],
): Promise<ListedView[]> {
  const views = await deliveryViews(engine, deliveries);
  return await Promise.all(
    views.map(async (view) => {
      const event = await engine.store.event(view.event);
      return { ...view, model: event?.model ?? '', version: event?.version ?? '' };
    }),
  );
}
