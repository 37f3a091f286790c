import type { AzureDevops } from '../state.ts';
import type { Subscription } from './subscription.ts';

/** How telling a subscriber ended: `gone` is a 410, `bad` every other end that is not good. */
export type Verdict = 'good' | 'gone' | 'bad';

/** How long nothing is let through after each failure. Source: docs/service-hooks/troubleshoot.md */
const waitsMinutes = [20, 40, 80, 160, 320, 640, 900];

/** Whether an event may be sent now: on probation one may, once its time has come. */
export function letsThrough({ hooks, tools }: AzureDevops, subscription: Subscription): boolean {
  if (subscription.status === 'enabled') return true;
  if (subscription.status !== 'onProbation') return false;
  const minutes = waitsMinutes[subscription.probationRetries] ?? 0;
  const nowMs = tools.clock.now();
  const isTime = nowMs >= (subscription.lastProbeMs ?? 0) + minutes * 60 * hooks.secondMs;
  if (isTime) subscription.lastProbeMs = nowMs;
  return isTime;
}

/** What becomes of a subscription by the way in which telling it ended. */
export function noteEnd(
  { tools }: AzureDevops,
  subscription: Subscription,
  verdict: Verdict,
): void {
  if (verdict === 'gone') subscription.status = 'disabledBySystem';
  if (verdict === 'good' && subscription.status === 'onProbation') enable(subscription);
  if (verdict !== 'bad') return;
  if (subscription.status === 'enabled') {
    subscription.status = 'onProbation';
    subscription.probationRetries = 0;
    subscription.lastProbeMs = tools.clock.now();
  } else if (subscription.status === 'onProbation') {
    subscription.probationRetries += 1;
    if (subscription.probationRetries >= waitsMinutes.length)
      subscription.status = 'disabledBySystem';
  }
}

/** Ends the probation of a subscription. */
export function enable(subscription: Subscription): void {
  subscription.status = 'enabled';
  subscription.probationRetries = 0;
  subscription.lastProbeMs = null;
}
