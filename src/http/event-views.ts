import type { Event } from '../model/event.ts';
import type { Store, StoredDelivery } from '../store/store.ts';
import {
  type DeliveryView,
  deliveryView,
  type EventView,
  eventView,
  type ListedView,
} from './views.ts';

/** Events with everything that came of them, in the order given. */
export async function eventViews(store: Store, events: readonly Event[]): Promise<EventView[]> {
  const deliveries = await store.deliveriesOf(events.map(({ id }) => id));
  const views = await deliveryViews(store, deliveries);
  return events.map((event) =>
    eventView(
      event,
      views.filter((view) => view.event === event.id),
    ),
  );
}

export async function deliveryViews(
  store: Store,
  deliveries: readonly StoredDelivery[],
): Promise<DeliveryView[]> {
  const ids = deliveries.map(({ id }) => id);
  const [transitions, reports, earlier] = [
    await store.transitionsOf(ids),
    await store.reportsOf(ids),
    await store.earlierAttempts(
      deliveries.filter(({ attempt }) => attempt > 1).map(({ id }) => id),
    ),
  ];
  return deliveries.map((delivery) => {
    const isIts = (one: { readonly delivery: string }) => one.delivery === delivery.id;
    return deliveryView(delivery, {
      transitions: transitions.filter(isIts),
      reports: reports.filter(isIts),
      earlier: earlier.filter(isIts),
    });
  });
}

/** Deliveries with the model version that each is about, in the order given. */
export async function listedViews(
  store: Store,
  deliveries: readonly StoredDelivery[],
): Promise<ListedView[]> {
  const views = await deliveryViews(store, deliveries);
  return await Promise.all(
    views.map(async (view) => {
      const event = await store.event(view.event);
      return { ...view, model: event?.model ?? '', version: event?.version ?? '' };
    }),
  );
}
