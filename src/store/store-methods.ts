import type { Kysely } from 'kysely';
import type { Event } from '../model/event.ts';
import { allNews, type News, newsOf } from '../model/news.ts';
import { askToCancel, claimToCancel, dismiss, saveCancel, startAgain } from './asked.ts';
import { claimReports, extend, release } from './claims.ts';
import type { Dialect } from './dialect.ts';
import { claimToFollow, hasten, targetsFollowed } from './following.ts';
import type { GroupCommit } from './group-commit.ts';
import { claimKey, dropKey } from './key-claims.ts';
import type { Read } from './lookups.ts';
import { eventOf, reportOf, storedOf } from './rows.ts';
import { claimToStart, type HeldStarts } from './starts.ts';
import type { Script } from './statement.ts';
import {
  type Claim,
  type ClaimedStarts,
  type Held,
  LeaseLost,
  type NewDelivery,
  type Store,
  type StoredDelivery,
  type Unreported,
} from './store.ts';
import type { Tables } from './tables.ts';
import { addEvent, countRefusal, save, saveReport, saveSurvey, versionKey } from './writes.ts';

interface Deps {
  readonly group: GroupCommit;
  /** For claims of starts, which keep each other out: nothing else may wait with them. */
  readonly starts: GroupCommit;
  readonly db: Kysely<Tables>;
  readonly dialect: Dialect;
  /** True where a statement would have made two rows of what there must be one of. */
  readonly isConflict: (error: unknown) => boolean;
  readonly read: Read;
}

type Methods = Pick<
  Store,
  | 'isFull'
  | 'addEvent'
  | 'countRefusal'
  | 'claimToStart'
  | 'claimToFollow'
  | 'targetsFollowed'
  | 'hasten'
  | 'claimReports'
  | 'claimToCancel'
  | 'askToCancel'
  | 'saveCancel'
  | 'dismiss'
  | 'startAgain'
  | 'claimKey'
  | 'dropKey'
  | 'extend'
  | 'release'
  | 'save'
  | 'saveReport'
  | 'saveSurvey'
>;

/** The port's methods that change something, on any database. */
export function storeMethods({ group, starts, db, dialect, isConflict, read }: Deps): Methods {
  const claim = async (claimed: () => Script<readonly Held[]>) =>
    await read(deliveriesHeld(db, await group.write({ script: claimed })));
  return {
    isFull: () => group.isFull(),
    addEvent: (event, deliveries) =>
      group.write({
        script: () => addEvent(dialect, event, deliveries),
        key: versionKey(event),
        news: newsOfAdded(deliveries),
        bytes: bytesOf(event),
      }),
    countRefusal: (refusal) =>
      group.write({ script: () => countRefusal(refusal), key: refusal.source }),
    claimToStart: async (of) => {
      const held = await starts.write({ script: () => claimToStart(dialect, of) });
      return await read(withDeliveries(db, held));
    },
    claimToFollow: (target, of) => claim(() => claimToFollow(dialect, target, of)),
    targetsFollowed: () => group.write({ script: targetsFollowed }),
    hasten: (told) => group.write({ script: () => hasten(dialect, told), news: ['follows'] }),
    claimReports: async (of: Claim) =>
      await read(withReports(db, await claim(() => claimReports(dialect, of)))),
    claimToCancel: (of) => claim(() => claimToCancel(dialect, of)),
    askToCancel: (asked) =>
      group.write({ script: () => askToCancel(asked), key: asked.id, news: allNews }),
    saveCancel: (held, saved) => group.write({ script: () => saveCancel(held, saved) }),
    dismiss: (dismissed) => group.write({ script: () => dismiss(dismissed), key: dismissed.id }),
    startAgain: (id, next, wish) =>
      group.write({ script: () => startAgain(id, next, wish), key: id, news: ['starts'] }),
    claimKey: (of) =>
      group.write({ script: () => claimKey(of), key: of.key, news: ['starts', 'follows'] }),
    dropKey: (held) => group.write({ script: () => dropKey(held), key: held.key }),
    extend: (held, leaseMs) => group.write({ script: () => extend(dialect, held, leaseMs) }),
    release: (held) => group.write({ script: () => release(held), news: allNews }),
    save: async (delivery, saved) => {
      try {
        const news = newsOf(delivery, saved);
        return await group.write({ script: () => save(delivery, saved), news });
      } catch (error) {
        // Another of its one-at-a-time key was quicker: this one waits for it like any other.
        throw isConflict(error) ? new LeaseLost(delivery.id) : error;
      }
    },
    saveReport: (held, report) => group.write({ script: () => saveReport(dialect, held, report) }),
    saveSurvey: (survey) => group.write({ script: () => saveSurvey(survey), key: survey.source }),
  };
}

/** A delivery may be over as it comes: its rule could not be judged. */
function newsOfAdded(deliveries: readonly NewDelivery[]): readonly News[] {
  if (deliveries.length === 0) return [];
  return deliveries.some(({ phase }) => phase !== 'pending') ? allNews : ['starts'];
}

/** About how much memory an event and its deliveries hold while they wait. */
function bytesOf({ fields }: Event): number {
  return Object.values(fields).reduce((sum, text) => sum + 2 * text.length, 1024);
}

async function withDeliveries(db: Kysely<Tables>, held: HeldStarts): Promise<ClaimedStarts> {
  const { toStart, toLookFor } = held;
  const deliveries = await deliveriesHeld(db, [...toStart, ...toLookFor]);
  const started = new Set(toStart.map(({ id }) => id));
  return {
    ...held,
    toStart: deliveries.filter(({ id }) => started.has(id)),
    toLookFor: deliveries.filter(({ id }) => !started.has(id)),
  };
}

/** What was claimed, as it stands; without what has been lost again since. */
async function deliveriesHeld(
  db: Kysely<Tables>,
  held: readonly Held[],
): Promise<readonly StoredDelivery[]> {
  if (held.length === 0) return [];
  const epochs = new Map(held.map(({ id, epoch }) => [id, epoch]));
  const rows = await db
    .selectFrom('deliveries')
    .selectAll()
    .where('id', 'in', [...epochs.keys()])
    .orderBy('due_at_ms')
    .orderBy('id')
    .execute();
  return rows.filter(({ id, epoch }) => epochs.get(id) === epoch).map(storedOf);
}

async function withReports(
  db: Kysely<Tables>,
  deliveries: readonly StoredDelivery[],
): Promise<readonly Unreported[]> {
  if (deliveries.length === 0) return [];
  const ids = deliveries.map(({ id }) => id);
  const eventIds = deliveries.map(({ event }) => event);
  const events = await db.selectFrom('events').selectAll().where('id', 'in', eventIds).execute();
  const reports = await db
    .selectFrom('reports')
    .selectAll()
    .where('delivery', 'in', ids)
    .orderBy('form')
    .execute();
  return deliveries.flatMap((delivery) => {
    const event = events.find(({ id }) => id === delivery.event);
    const its = reports.filter((report) => report.delivery === delivery.id);
    return event ? [{ delivery, event: eventOf(event), reports: its.map(reportOf) }] : [];
  });
}
