import type { Delivery } from '../model/delivery.ts';
import type { Event } from '../model/event.ts';
import type { Store } from '../store/store.ts';
import { type DeliveryView, deliveryView, type EventView, eventView } from './views.ts';

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
  deliveries: readonly Delivery[],
): Promise<DeliveryView[]> {
  const ids = deliveries.map(({ id }) => id);
  const [transitions, reports] = [await store.transitionsOf(ids), await store.reportsOf(ids)];
  return deliveries.map((delivery) =>
    deliveryView(
      delivery,
      transitions.filter((line) => line.delivery === delivery.id),
      reports.filter((report) => report.delivery === delivery.id),
    ),
  );
}
