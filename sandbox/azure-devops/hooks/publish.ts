import type { RunChange } from '../../pipelines/runs/run-plan.ts';
import type { AzureDevops, Run } from '../state.ts';
import { buildEvent } from './build-event.ts';
import { deliver } from './deliver.ts';
import type { HookEvent } from './event.ts';
import { matches } from './matches.ts';
import { runEvent } from './run-events.ts';

/** Tells all who want to know that a run, or a part of it, has changed. */
export function publishRunChange(state: AzureDevops, run: Run, change: RunChange): void {
  // Nobody has to work out what nobody hears.
  if (state.hooks.subscriptions.size === 0) return;
  publish(state, runEvent(state, run, change));
  if (change.kind === 'run' && change.state === 'completed') publish(state, buildEvent(state, run));
}

/** Tells all who want to know; nobody waits for it. */
export function publish(state: AzureDevops, event: HookEvent): void {
  const { hooks } = state;
  for (const subscription of hooks.subscriptions.values()) {
    const isOff = subscription.status.startsWith('disabled');
    if (isOff || hooks.closing.signal.aborted || !matches(state, subscription, event)) continue;
    const told = deliver(state, subscription, event).then(() => undefined);
    hooks.underWay.add(told);
    void told.finally(() => hooks.underWay.delete(told));
  }
}

/** Waits until what was under way has ended, once the sandbox closes. */
export async function closeHooks({ hooks }: AzureDevops): Promise<void> {
  await Promise.allSettled(hooks.underWay);
}
