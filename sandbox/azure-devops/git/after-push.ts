import { publish } from '../hooks/publish.ts';
import { pushEvent } from '../hooks/push-event.ts';
import type { Identity } from '../identity.ts';
import { onPush } from '../runs/on-push.ts';
import type { AzureDevops, HostedRepository, Push, RefUpdate } from '../state.ts';
import { pushJson } from './pushes.ts';

type Refs = ReadonlyMap<string, string>;

interface Pushed {
  readonly hosted: HostedRepository;
  readonly before: Refs;
  readonly after: Refs;
  readonly by: Identity;
}

const nothing = '0'.repeat(40);

/** Everything that follows from a push: subscribers are told, and pipelines start. null: none did. */
export async function afterPush(state: AzureDevops, pushed: Pushed): Promise<Push | null> {
  const { hosted, by } = pushed;
  const updates = updatesOf(pushed);
  if (updates.length === 0) return null;
  const push: Push = {
    id: state.pushes.length + 1,
    hosted,
    by,
    updates,
    atMs: state.tools.clock.now(),
  };
  state.pushes.push(push);
  if (pushed.after.size > 0) hosted.isEmpty = false;
  if (state.hooks.subscriptions.size > 0) {
    publish(state, pushEvent(state, push, await pushJson(state, push)));
  }
  await onPush(state, pushed);
  return push;
}

function updatesOf({ before, after }: Pushed): readonly RefUpdate[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].flatMap((name) => {
    const oldObjectId = before.get(name) ?? nothing;
    const newObjectId = after.get(name) ?? nothing;
    return oldObjectId === newObjectId ? [] : [{ name, oldObjectId, newObjectId }];
  });
}
