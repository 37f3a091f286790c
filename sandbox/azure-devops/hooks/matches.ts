import type { AzureDevops } from '../state.ts';
import type { HookEvent } from './event.ts';
import type { Subscription } from './subscription.ts';

/** Inputs that the service adds of its own accord, and by which nothing is chosen. */
const added = new Set(['projectid', 'hostid', 'tfssubscriptionid', 'subscriberid']);

/** Whether a subscription wants to know of an event. An input without a value chooses nothing. */
export function matches(
  { project }: AzureDevops,
  { type, publisherInputs }: Subscription,
  { eventType, traits }: HookEvent,
): boolean {
  if (type.id !== eventType) return false;
  const inputs = Object.entries(publisherInputs);
  return inputs.every(([name, value]) => {
    if (name.toLowerCase() === 'projectid') {
      return value === '' || value.toLowerCase() === project.id;
    }
    return value === '' || added.has(name.toLowerCase()) || has(traits, name, value);
  });
}

function has(traits: HookEvent['traits'], name: string, value: string): boolean {
  const [, found = ''] =
    Object.entries(traits).find(([trait]) => trait.toLowerCase() === name.toLowerCase()) ?? [];
  const values = typeof found === 'string' ? [found] : found;
  return values.some((one) => one.toLowerCase() === value.toLowerCase());
}
