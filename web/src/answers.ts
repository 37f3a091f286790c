import type { EventView, StatusView } from '../../src/http/views.ts';

/*
 * The service and its pages come from the same commit, so these only tell the right answer from
 * something else altogether: a proxy's login page, another version after an update.
 */

/** Tells an event from any other answer. */
export function isEventView(answer: unknown): answer is EventView {
  return (
    isObject(answer) && typeof answer['id'] === 'string' && isListOf(isObject, answer['deliveries'])
  );
}

/** Tells a list of events from any other answer. */
export function isEventList(answer: unknown): answer is { readonly events: readonly EventView[] } {
  return isObject(answer) && isListOf(isEventView, answer['events']);
}

/** Tells a list of deliveries, each with the id of its event, from any other answer. */
export function isDeliveryList(
  answer: unknown,
): answer is { readonly deliveries: readonly { readonly event: string }[] } {
  return isObject(answer) && isListOf(namesEvent, answer['deliveries']);
}

/** Tells the status from any other answer. */
export function isStatusView(answer: unknown): answer is StatusView {
  return (
    isObject(answer) && isListOf(isObject, answer['sources']) && isListOf(isObject, answer['rules'])
  );
}

/** Tells an answer that names an event: a delivery, a change, what a request by hand became. */
export function namesEvent(answer: unknown): answer is { readonly event: string } {
  return isObject(answer) && typeof answer['event'] === 'string';
}

/** What a refusal says of itself; '' where it says nothing. */
export function errorIn(answer: unknown): string {
  if (!isObject(answer) || typeof answer['error'] !== 'string') return '';
  const { error, hint } = answer;
  return typeof hint === 'string' ? `${error} (${hint})` : error;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isListOf<T>(isOne: (value: unknown) => value is T, value: unknown): value is readonly T[] {
  return Array.isArray(value) && value.every(isOne);
}
