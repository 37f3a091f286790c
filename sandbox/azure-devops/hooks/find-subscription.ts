import type { AzureDevopsCall } from '../state.ts';
import { VssError } from '../vss-error.ts';
import type { Subscription } from './subscription.ts';

/** @throws {VssError} no such subscription */
export function findSubscription({ state, params }: AzureDevopsCall): Subscription {
  const id = params['subscription'] ?? '';
  const found = state.hooks.subscriptions.get(id.toLowerCase());
  if (found) return found;
  throw new VssError(
    404,
    'SubscriptionNotFoundException',
    `Service hooks subscription with ID ${id} was not found.`,
    'Microsoft.VisualStudio.Services.ServiceHooks.WebApi',
  );
}
