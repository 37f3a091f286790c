import { TransientError } from '../lib/errors.ts';
import type { News } from '../model/news.ts';
import type { Script } from './statement.ts';

/** One write that asked to be made, as the database sees it. */
export interface Member {
  /** Members of one key must see what the ones before them did; null: none cares. */
  readonly key: string | null;
  /** What there may be to do when it is written. */
  readonly news: readonly News[];
  play(): Script<void>;
}

/** A write; the script may be played again when its transaction has to be. */
export interface Write<Result> {
  readonly script: () => Script<Result>;
  readonly key?: string | null;
  readonly news?: readonly News[];
  /** About how much memory it holds while it waits. */
  readonly bytes?: number;
}

export interface GroupCommitDeps {
  /** Makes all of them durable in one transaction, or rejects and none is. */
  readonly commit: (members: readonly Member[]) => Promise<void>;
  /** True where an error is of one member, false where the database itself fails. */
  readonly isOfOne: (error: unknown) => boolean;
  /** How many transactions may be under way at once. */
  readonly inFlight: number;
  readonly most?: Partial<Most>;
}

interface Most {
  readonly perTransaction: number;
  readonly waiting: number;
  readonly bytes: number;
}

/** 256 rows to a sync: beyond it a sync costs more and saves no more (measured: 56k of 62k rows/s). */
const MOST: Most = { perTransaction: 256, waiting: 10_000, bytes: 64 * 1024 * 1024 };
/** A turn that brings some takes about 0.2 ms: nobody waits for long, and a sync has more to do. */
const MOST_TURNS = 8;
const RETRY_AFTER_MS = 1000;
const USUAL_BYTES = 1024;

export interface GroupCommit {
  /**
   * Resolves when the write is durable, together with all that came while another was written.
   * @throws {TransientError} BUSY: too much is waiting already
   */
  write<Result>(write: Write<Result>): Promise<Result>;
  isFull(): boolean;
  /** Resolves when nothing is waiting or under way. */
  drained(): Promise<void>;
}

interface Waiting extends Member {
  readonly bytes: number;
  done(): void;
  fail(error: unknown): void;
}

/**
 * One transaction for all writes that come in together: the dear part of a write is the sync, and
 * a sync of many costs hardly more than a sync of one.
 */
export function openGroupCommit(deps: GroupCommitDeps): GroupCommit {
  const most: Most = { ...MOST, ...deps.most };
  const waiting: Waiting[] = [];
  const ends: (() => void)[] = [];
  let bytes = 0;
  let underWay = 0;
  let isPlanned = false;

  const isFull = () => waiting.length >= most.waiting || bytes >= most.bytes;

  function plan(): void {
    if (isPlanned || waiting.length === 0 || underWay >= deps.inFlight) return;
    isPlanned = true;
    gather(waiting, most.perTransaction, () => {
      isPlanned = false;
      void flush();
    });
  }

  async function flush(): Promise<void> {
    const batch = waiting.splice(0, most.perTransaction);
    for (const member of batch) bytes -= member.bytes;
    underWay += 1;
    plan();
    await commitOrSplit(deps, batch);
    underWay -= 1;
    plan();
    if (underWay === 0 && waiting.length === 0) for (const end of ends.splice(0)) end();
  }

  return {
    isFull,
    write<Result>(write: Write<Result>): Promise<Result> {
      if (isFull()) return Promise.reject(busy());
      return new Promise((resolve, reject) => {
        const member = waitingFor(write, { resolve, reject });
        bytes += member.bytes;
        waiting.push(member);
        plan();
      });
    },
    drained: () =>
      new Promise((resolve) => {
        if (underWay === 0 && waiting.length === 0) resolve();
        else ends.push(resolve);
      }),
  };
}

/** Goes on for as long as every turn of the event loop brings more, but not for many. */
function gather(waiting: readonly unknown[], most: number, then: () => void, turn = 1): void {
  const had = waiting.length;
  setImmediate(() => {
    const isGrowing = waiting.length > had && waiting.length < most;
    if (isGrowing && turn < MOST_TURNS) gather(waiting, most, then, turn + 1);
    else then();
  });
}

function waitingFor<Result>(
  { script, key = null, news = [], bytes = USUAL_BYTES }: Write<Result>,
  { resolve, reject }: { resolve: (result: Result) => void; reject: (error: unknown) => void },
): Waiting {
  let played: { readonly result: Result } | null = null;
  return {
    key,
    news,
    bytes,
    *play() {
      played = null;
      played = { result: yield* script() };
    },
    done() {
      if (played) resolve(played.result);
    },
    fail: reject,
  };
}

/** One that cannot be written must not take the others with it: each is tried by itself. */
async function commitOrSplit(deps: GroupCommitDeps, batch: readonly Waiting[]): Promise<void> {
  try {
    await deps.commit(batch);
    for (const member of batch) member.done();
  } catch (error) {
    const isSplit = batch.length > 1 && deps.isOfOne(error);
    for (const member of batch) {
      if (isSplit) await commitOrSplit(deps, [member]);
      else member.fail(error);
    }
  }
}

function busy(): TransientError {
  return new TransientError('BUSY', 'too much is waiting to be stored', {
    retryAfterMs: RETRY_AFTER_MS,
    hint: 'is the disk, or the database, slow?',
  });
}
