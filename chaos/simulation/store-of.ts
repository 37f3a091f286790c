import { z } from 'zod';

import type { DatabaseClock } from '../../src/store/database-clock.ts';
import type { Store } from '../../src/store/store.ts';
import { fateOfTransaction } from './fates.ts';
import type { Process } from './process.ts';
import type { Wire } from './wire.ts';
import type { World } from './world.ts';

/** What answers at once, or is none of the database's. */
const OWN = new Set(['now', 'isFull', 'onHint', 'close']);
/** What asks the database for its time, too. */
const TELLS_TIME = new Set(['claimToStart', 'claimToFollow', 'claimReports', 'extend']);

const Held = z.object({ id: z.string(), epoch: z.number() });
const Saved = z.object({ say: z.string().optional(), keep: z.boolean().optional() });

interface Access {
  readonly process: Process;
  readonly wire: Wire;
  readonly clock: DatabaseClock;
  readonly onHint: Store['onHint'];
}

/**
 * The store as one process has it: each method takes effect in one go, at a moment of its own,
 * and may fail before that and after it.
 */
export function openStoreOf(world: World, access: Access): Store {
  const { process, wire, clock } = access;
  const own = { now: clock.now, onHint: access.onHint };
  return new Proxy(world.store, {
    get(store, name) {
      const method: unknown = Reflect.get(store, name);
      if (typeof name !== 'string' || typeof method !== 'function') return method;
      if (OWN.has(name)) return name === 'now' || name === 'onHint' ? own[name] : method;
      return async (...given: readonly unknown[]) => {
        const heard = TELLS_TIME.has(name) ? clock.ask() : () => undefined;
        const { result, atMs } = await wire({
          name: `store.${name}${about(given)}`,
          fate: fateOfTransaction(world),
          // A file has one process, and lets the next one in when that is dead.
          diesWithProcess: !world.plan.isShared,
          effect: async () => {
            const watched = watch(world, process, { name, given });
            const done = await world.quiet.ask(name, given, async () => {
              const answer: unknown = await Reflect.apply(method, store, given);
              return answer;
            });
            watched();
            return { result: done, atMs: world.wallMs() };
          },
        });
        heard(atMs);
        return result;
      };
    },
  });
}

interface Asked {
  readonly name: string;
  readonly given: readonly unknown[];
}

/** Sees to it that nobody writes who has lost the delivery, and that others hear of news. */
function watch(world: World, process: Process, { name, given }: Asked): () => void {
  const written = name === 'save' || name === 'saveReport' ? Held.parse(given[0]) : null;
  const holder = written && world.database.holderOf(written.id);
  const saved = name === 'save' ? Saved.parse(given[1]) : null;
  const isNews = name === 'addEvent' || (saved?.say !== undefined && saved.keep !== true);
  return () => {
    if (isNews) world.hint(process);
    if (name === 'saveSurvey') world.registry.firstSurveyMs ??= world.schedule.now();
    if (!written || !holder) return;
    const isTheirs = holder.owner !== null && holder.owner !== process.name;
    if (!isTheirs && holder.epoch === written.epoch) return;
    const inHands = `which ${holder.owner ?? 'nobody'} holds with epoch ${holder.epoch}`;
    world.alarm(
      `${process.name} has written ${written.id} with epoch ${written.epoch}, ${inHands}`,
    );
  };
}

function about(given: readonly unknown[]): string {
  const [of] = given;
  if (typeof of === 'string') return ` ${of}`;
  if (typeof of !== 'object' || of === null) return '';
  if ('identity' in of) return ` ${String(of.identity)}`;
  return 'id' in of && 'epoch' in of ? ` ${String(of.id)} (${String(of.epoch)})` : '';
}
