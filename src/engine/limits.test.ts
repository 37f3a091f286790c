import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';

import { PermanentError, TransientError, UncertainError } from '../lib/errors.ts';
import { openLog } from '../lib/log.ts';
import { openSqlite } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import { testDelivery, testEvent } from '../store/test-deliveries.ts';
import type { Run, Target } from '../targets/target.ts';
import { type Dispatcher, openDispatcher } from './dispatcher.ts';
import type { Engine } from './engine.ts';
import { observation, patient } from './stand-in.ts';

/*
 * Two processes share a store and a target that takes two runs at once. Whatever they do one after
 * the other, and however long one of them is stopped in the middle of it, no third run is started.
 */

const CONCURRENT = 2;
const SETTLE_MS = 75_000;
const LEASE_MS = 30_000;
const CALL_MS = 20_000;

test('never more runs than a target takes, whatever the interleaving of two processes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      const world = openWorld();
      try {
        for (const one of steps) {
          await world.play(one);
          assert.ok(world.mostRuns() <= CONCURRENT, `${world.mostRuns()} runs`);
        }
        assert.equal(new Set(world.keys()).size, world.keys().length, 'a key was started twice');
      } finally {
        await world.close();
      }
    }),
    { numRuns: 20 },
  );
});

type Fate = 'started' | 'busy' | 'refused' | 'lost-after-start' | 'lost-before-start';

type Step =
  | { readonly kind: 'round'; readonly who: number; readonly fate: Fate }
  | { readonly kind: 'answer'; readonly which: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'end'; readonly which: number }
  /** One is stopped in the middle of what it does, and the other goes on. */
  | { readonly kind: 'nap'; readonly who: number; readonly ms: number };

const either = fc.integer({ min: 0, max: 1 });
const which = fc.nat({ max: 5 });
const span = fc.constantFrom(100, 5000, CALL_MS, LEASE_MS + 1, SETTLE_MS + 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('round'), who: either, fate: fateOf() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('answer'), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass'), ms: span }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('nap'), who: either, ms: span }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('end'), which }) },
);

function fateOf(): fc.Arbitrary<Fate> {
  return fc.constantFrom('started', 'busy', 'refused', 'lost-after-start', 'lost-before-start');
}

/** A target whose calls are answered when a step says so, or when a call has taken too long. */
function openTarget(now: () => number) {
  const runs: { readonly id: string; readonly key: string; isOver: boolean }[] = [];
  const open: { readonly sinceMs: number; answer(): void }[] = [];
  let fate: Fate = 'started';
  const target: Target = {
    start: ({ key }) => {
      const own = fate;
      const id = String(runs.length + 1);
      if (own === 'started' || own === 'lost-after-start') runs.push({ id, key, isOver: false });
      return new Promise<Run>((resolve, reject) => {
        const answer = () => (own === 'started' ? resolve(runOf(id)) : reject(errorOf(own)));
        open.push({ sinceMs: now(), answer });
      });
    },
    find: async ({ key }) => {
      const found = runs.find((run) => run.key === key);
      return found ? runOf(found.id) : null;
    },
    named: async () => null,
    check: async ({ id }) => observation('stand-in', id, { kind: 'running', status: 'running' }),
    cancel: async () => undefined,
    output: async () => '',
  };
  return {
    target,
    runs,
    open,
    decide: (next: Fate) => {
      fate = next;
    },
  };
}

function runOf(id: string): Run {
  return { id, place: {}, url: '' };
}

function errorOf(fate: Fate): Error {
  if (fate === 'busy') return new TransientError('BUSY', 'busy');
  if (fate === 'refused') return new PermanentError('REFUSED', 'no');
  return new UncertainError('UNANSWERED', 'no answer');
}

function openWorld() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-limits-'));
  let nowMs = 1_767_225_600_000;
  const store = openSqlite(path.join(folder, 'signalbox.db'), () => nowMs);
  const { target, runs, open, decide } = openTarget(() => nowMs);
  const busy = openBusy();
  const stop = new AbortController();
  const timers = new Set<{ readonly who: number; readonly atMs: number; call(): void }>();
  const stopped = [false, false];
  const resumed: (() => void)[][] = [[], []];
  const rounds: Promise<unknown>[] = [];
  let ids = 0;

  const processes = [0, 1].map((number): Dispatcher => {
    const engine: Engine = {
      store: pausing(store, busy, async () => {
        if (stopped[number]) await new Promise<void>((go) => resumed[number]?.push(go));
      }),
      owner: `process ${number}`,
      rules: [],
      sources: new Map(),
      targets: new Map([['devops', target]]),
      terms: () => ({ ...patient, limits: { concurrent: CONCURRENT, startsPerMinute: null } }),
      proof: () => null,
      settings: {
        settleMs: SETTLE_MS,
        pollMs: 1000,
        longestPollMs: 1000,
        proofWaitMs: 0,
        lostAfterMs: 86_400_000,
        callMs: CALL_MS,
        backoff: { firstMs: 1000, longestMs: 60_000 },
        concurrency: 4,
        leaseMs: LEASE_MS,
      },
      now: () => nowMs,
      after(ms, call) {
        const timer = { who: number, atMs: nowMs + ms, call };
        timers.add(timer);
        return () => timers.delete(timer);
      },
      chance: () => 0,
      newId: (prefix) => `${prefix}_${number}`,
      log: openLog('silent'),
      changed: () => undefined,
    };
    return openDispatcher(engine, stop.signal, () => undefined);
  });

  async function tell(): Promise<void> {
    ids += 1;
    const id = String(ids).padStart(5, '0');
    await store.addEvent(testEvent(id), [testDelivery(id)]);
  }

  async function pass(ms: number): Promise<void> {
    nowMs += ms;
    for (const call of open.splice(0)) {
      if (nowMs - call.sinceMs >= CALL_MS) call.answer();
      else open.push(call);
    }
    for (const timer of timers) {
      // Who is stopped hears no alarm either.
      if (stopped[timer.who] || timer.atMs > nowMs) continue;
      timers.delete(timer);
      timer.call();
    }
    await busy.settle();
  }

  async function startRound(who: number, fate: Fate): Promise<void> {
    await tell();
    decide(fate);
    rounds.push(processes[who]?.round() ?? Promise.resolve());
  }

  function goOn(who: number): void {
    stopped[who] = false;
    for (const go of resumed[who]?.splice(0) ?? []) go();
  }

  async function nap(who: number, ms: number): Promise<void> {
    stopped[who] = true;
    await startRound(who, 'started');
    await busy.settle();
    await pass(ms);
    await startRound(1 - who, 'started');
    await busy.settle();
    goOn(who);
  }

  async function play(one: Step): Promise<void> {
    switch (one.kind) {
      case 'round':
        await startRound(one.who, one.fate);
        break;
      case 'answer':
        open.splice(one.which % Math.max(open.length, 1), 1)[0]?.answer();
        break;
      case 'pass':
        await pass(one.ms);
        break;
      case 'end':
        await endRun(store, runs.filter(({ isOver }) => !isOver)[one.which] ?? null);
        break;
      case 'nap':
        await nap(one.who, one.ms);
        break;
    }
    await busy.settle();
  }

  return {
    play,
    mostRuns: () => runs.filter(({ isOver }) => !isOver).length,
    keys: () => runs.map(({ key }) => key),
    async close() {
      stop.abort();
      for (let round = 0; round < 5; round += 1) {
        for (const call of open.splice(0)) call.answer();
        await busy.settle();
      }
      await Promise.all(rounds);
      for (const one of processes) await one.settled().catch(() => undefined);
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What a process that may be stopped sees of the store: nothing, before it goes on. */
function pausing(store: Store, busy: Busy, pause: () => Promise<void>): Store {
  return {
    ...store,
    async claimToStart(claim) {
      const claimed = await busy.during(store.claimToStart(claim));
      await pause();
      return claimed;
    },
    async save(saved, how) {
      await pause();
      const stored = await busy.during(store.save(saved, how));
      await pause();
      return stored;
    },
    release: (held) => busy.during(store.release(held)),
  };
}

type Busy = ReturnType<typeof openBusy>;

/** Knows whether the store is at work. */
function openBusy() {
  let count = 0;
  return {
    async during<Result>(asked: Promise<Result>): Promise<Result> {
      count += 1;
      try {
        return await asked;
      } finally {
        count -= 1;
      }
    },
    /** Lets everything that is under way come to where it waits for a step. */
    async settle(): Promise<void> {
      for (let idle = 0; idle < 4; idle = count === 0 ? idle + 1 : 0) {
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
      }
    },
  };
}

/** The run is over, and the follower has seen it; a run that nobody knows of yet goes on. */
async function endRun(
  store: Store,
  run: { readonly key: string; isOver: boolean } | null,
): Promise<void> {
  if (!run) return;
  const its = await store.delivery(run.key.replace('key-', 'dlv_'));
  if (its?.phase !== 'running') return;
  await store.save({ ...its, phase: 'ended', verdict: 'succeeded' }, { atMs: 1 });
  run.isOver = true;
}
