import { type Change, eventOf, START_MS, TOLD_APART_MS } from './plan.ts';
import { changeStanding } from './registry.ts';
import type { Replica } from './replica.ts';
import type { World } from './world.ts';

/** Those who tell Signalbox what happened. */
export interface Tellers {
  /** How many of them have not yet been answered, or have not yet given up. */
  readonly busy: () => number;
}

const MOST_TRIES = 4;
const SENDER_WAITS_MS = 250;

/** Lets the changes of the plan happen, and has each told as the weather allows. */
export function startTellers(world: World, replicas: readonly Replica[]): Tellers {
  const { schedule, random, weather, registry, plan, history } = world;
  let busy = 0;

  function send(change: Change, occurredAtMs: number, tries: number): void {
    const replica = replicas[random.below(replicas.length)];
    let isDone = false;
    const onAcknowledged = () => {
      isDone = !weather.strikes('webhook.reply-lost');
    };
    const event = eventOf(change, occurredAtMs);
    schedule.in(2 + random.below(20), () => replica?.tell(event, onAcknowledged));
    schedule.in(SENDER_WAITS_MS, () => {
      if (isDone || tries === MOST_TRIES) busy -= 1;
      else send(change, occurredAtMs, tries + 1);
    });
  }

  function tell(change: Change): void {
    const { atMs, kind, id, model, version, to } = change;
    history.add('world', `${id}: ${kind} ${model} ${version} to ${to}`);
    if (kind === 'stage') changeStanding(registry, change);
    const occurredAtMs = START_MS + atMs + (kind === 'stage' ? random.below(TOLD_APART_MS) : 0);
    if (kind === 'stage' && weather.strikes('webhook.never')) return;
    const times = weather.strikes('webhook.twice') ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      busy += 1;
      const waitMs = weather.strikes('webhook.late') ? 500 + random.below(2500) : random.below(50);
      schedule.in(waitMs, () => send(change, occurredAtMs, 1));
    }
  }

  for (const change of plan.changes) schedule.in(change.atMs, () => tell(change));
  return { busy: () => busy };
}

/** The change that an event tells of, or that made a run start. */
export function changeOf(changes: readonly Change[], of: Happening): Change | undefined {
  return changes.find(({ kind, model, version, to, atMs }) => {
    const apartMs = of.occurredAtMs - START_MS - atMs;
    const isThen = apartMs >= 0 && apartMs < TOLD_APART_MS;
    const isOf = model === of.model && version === of.version && to === of.to;
    return isThen && isOf && kind === of.kind;
  });
}

type Happening = Pick<Change, 'kind' | 'model' | 'version' | 'to'> & {
  readonly occurredAtMs: number;
};
