import type { DeliveryView, EventView } from '../../src/http/views.ts';
import { plainTitle } from './event-title.ts';
import { verdictLight } from './verdict.ts';

/** What is new about an event, to be read out; '' where nothing is that anybody waits for. */
export function newsOf(before: EventView | undefined, event: EventView): string {
  if (!before) return `New event: ${plainTitle(event)}.`;
  return event.deliveries
    .filter((delivery) => delivery.verdict !== null && verdictBefore(before, delivery) === null)
    .map((delivery) => `${delivery.rule} for ${plainTitle(event)}: ${wordOf(delivery)}.`)
    .join(' ');
}

function verdictBefore(before: EventView, { id }: DeliveryView): DeliveryView['verdict'] {
  return before.deliveries.find((one) => one.id === id)?.verdict ?? null;
}

function wordOf({ verdict }: DeliveryView): string {
  return verdict === null ? '' : verdictLight(verdict).word;
}
