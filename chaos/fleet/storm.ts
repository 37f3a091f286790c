import { setTimeout as sleep } from 'node:timers/promises';

import { random } from '../random.ts';
import { type Blow, killsIn, type When } from './blows.ts';
import type { Load } from './load.ts';
import type { Replica } from './replica.ts';
import type { Rig } from './rig.ts';
import { MOMENTS } from './weather.ts';
import { within } from './within.ts';

/** How often what was done to the fleet. */
export interface Blown {
  kills: number;
  /** By the moment: `after-start` is between the start of a run and its answer. */
  readonly caught: Record<string, number>;
  freezes: number;
  partitions: number;
  crashes: number;
}

export interface Storm {
  readonly rig: Rig;
  readonly load: Load;
  readonly events: number;
  readonly seed: string;
  readonly signal: AbortSignal;
}

/** How long a moment is waited for before the kill comes anyway. */
const PATIENCE_MS = 2500;

/**
 * Deals the blows one after the other, spread over the load: each when its share of the events has
 * been acknowledged, so that a slow machine is hit as often as a quick one.
 */
export async function rage(storm: Storm, blows: readonly Blow[]): Promise<Blown> {
  const blown: Blown = { kills: 0, caught: {}, freezes: 0, partitions: 0, crashes: 0 };
  const share = storm.events / (blows.length + 1);
  for (const [number, blow] of blows.entries()) {
    const from = Math.floor(share * (number + random(storm.seed, 'when', number).next()));
    while (storm.load.acknowledged.size < from && !storm.signal.aborted) await sleep(5);
    if (storm.signal.aborted) break;
    await deal(storm, blow, blown);
    blown.kills += killsIn(blow);
  }
  return blown;
}

async function deal(storm: Storm, blow: Blow, blown: Blown): Promise<void> {
  switch (blow.kind) {
    case 'kill':
      return await kill(storm, blow, blown);
    case 'freeze':
      blown.freezes += 1;
      return await freeze(replicaOf(storm.rig, blow.victim), blow.forMs);
    case 'part':
      blown.partitions += 1;
      return await part(replicaOf(storm.rig, blow.victim), blow);
    case 'crash-database':
      blown.crashes += 1;
      await storm.rig.crashDatabase?.();
  }
}

async function freeze(victim: Replica, forMs: number): Promise<void> {
  victim.pause();
  await sleep(forMs);
  victim.resume();
}

async function part(
  victim: Replica,
  { from, how, forMs }: Extract<Blow, { kind: 'part' }>,
): Promise<void> {
  const link = from === 'database' ? victim.toDatabase : victim.toSandbox;
  if (how === 'cut') link?.cut();
  else link?.stall();
  await sleep(forMs);
  link?.heal();
}

async function kill(
  storm: Storm,
  { victims, when, again, downMs }: Extract<Blow, { kind: 'kill' }>,
  blown: Blown,
): Promise<void> {
  const replicas = victims.map((at) => replicaOf(storm.rig, at));
  const [first] = replicas;
  if (!first) return;
  const name = await moment(storm, first, when);
  blown.caught[name] = (blown.caught[name] ?? 0) + 1;
  await Promise.all(replicas.map((replica) => replica.kill()));
  await sleep(downMs);
  for (const afterMs of again) {
    const starting = first.start().catch(() => undefined);
    await sleep(afterMs);
    await first.kill();
    await starting;
  }
  await Promise.all(replicas.map((replica) => replica.start()));
}

/** Waits for the moment to strike; resolves to its name, with a word where it did not come. */
async function moment({ rig, load }: Storm, victim: Replica, when: When): Promise<string> {
  switch (when.kind) {
    case 'at-random':
      await sleep(when.afterMs);
      return 'at-random';
    case 'acknowledged':
      await load.nextFrom(victim.url, PATIENCE_MS);
      await sleep(when.afterMs);
      return 'acknowledged';
    case 'caught': {
      const rule = { ...MOMENTS[when.moment], principal: victim.clientId, when: { times: 1 } };
      const id = await rig.sandbox.addFault(rule);
      const struck = await within(PATIENCE_MS, when.moment, async () =>
        ((await rig.sandbox.strikes()).get(id) ?? 0) > 0 ? true : null,
      ).catch(() => false);
      await sleep(when.afterMs);
      void rig.sandbox.removeFault(id).catch(() => undefined);
      return struck ? when.moment : `${when.moment} (did not come)`;
    }
  }
}

function replicaOf({ replicas }: Rig, at: number): Replica {
  const found = replicas[at];
  if (!found) throw new RangeError(`there is no replica ${at}`);
  return found;
}
