import type { Engine } from '../../src/engine/engine.ts';
import { receive, takeIn } from '../../src/engine/intake.ts';
import { openWorker, type Worker } from '../../src/engine/worker.ts';
import type { NewEvent } from '../../src/model/event.ts';
import { allNews, type News } from '../../src/model/news.ts';
import { noLimits, type Terms } from '../../src/model/terms.ts';
import { openDatabaseClock } from '../../src/store/database-clock.ts';
import { SOURCE, TARGETS } from './plan.ts';
import { openProcess, type Process } from './process.ts';
import { openSource } from './registry.ts';
import { openStoreOf } from './store-of.ts';
import { openWire, type Wire } from './wire.ts';
import type { World } from './world.ts';
import { openProof, openTarget } from './yard.ts';

/** One of the machines that Signalbox runs on: a process that is started again when it dies. */
export interface Replica {
  start(): void;
  /** Tells the process that others have stored something. */
  hint(): void;
  /** Hands it an event, as its web server would; calls back once it says that it has it. */
  tell(event: NewEvent, onAcknowledged: () => void): void;
  readonly process: () => Process | null;
}

interface Running {
  readonly process: Process;
  readonly engine: Engine;
  readonly worker: Worker;
  readonly hint: () => void;
}

export function openReplica(world: World, letter: string): Replica {
  const { schedule, history, random } = world;
  let running: Running | null = null;
  let starts = 0;
  let isHinted = false;

  function start(): void {
    starts += 1;
    const process = openProcess(`${letter}${starts}`, {
      schedule,
      history,
      below: (below) => random.below(below),
      onDeath() {
        running = null;
        schedule.in(50 + random.below(600), start);
      },
    });
    if (!world.plan.isShared) world.database.letGoOfAll();
    running = run(world, process);
  }

  return {
    start,
    process: () => running?.process ?? null,
    hint() {
      if (isHinted) return;
      isHinted = true;
      schedule.in(1 + random.below(40), () => {
        isHinted = false;
        running?.process.goOn(running.hint);
      });
    },
    tell(event, onAcknowledged) {
      const to = running;
      to?.process.goOn(() => void take(world, to, event).then(onAcknowledged, () => undefined));
    },
  };
}

/** As the routes of the service do it. */
async function take(world: World, { engine, worker }: Running, event: NewEvent): Promise<void> {
  if (event.source === SOURCE) {
    const body = new TextEncoder().encode(JSON.stringify(event));
    await receive(engine, SOURCE, { headers: new Headers(), body });
  } else {
    await takeIn(engine, event);
  }
  world.acknowledged.add(event.identity);
  worker.wake();
}

function run(world: World, process: Process): Running {
  const wire = openWire(world, process, () => void worker.close().then(() => process.kill(false)));
  const listeners = new Set<(news: readonly News[]) => void>();
  const engine = engineOf(world, process, { wire, listeners });
  const worker = openWorker(engine, [{ source: SOURCE, everyMs: world.plan.surveyMs }]);
  void worker.run();
  return {
    process,
    engine,
    worker,
    hint() {
      for (const listener of listeners) listener(allNews);
    },
  };
}

const UNKNOWN: Terms = {
  limits: noLimits,
  retry: { kind: 'schedule', waitsMs: [], forMs: 0 },
};

interface Reach {
  readonly wire: Wire;
  readonly listeners: Set<(news: readonly News[]) => void>;
}

function engineOf(world: World, process: Process, { wire, listeners }: Reach): Engine {
  const { random, weather, schedule, plan, mutation } = world;
  const apartMs = weather.strikes('clock.apart') ? random.below(4000) - 2000 : 0;
  const clock = plan.isShared
    ? openDatabaseClock(world.wallMs() + apartMs, schedule.now)
    : { now: world.wallMs, ask: () => () => undefined };
  // The first answer was some time on its way.
  clock.ask()(world.wallMs() - random.below(50));
  const store = openStoreOf(world, {
    process,
    wire,
    clock,
    onHint(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  return {
    store,
    owner: process.name,
    rules: plan.rules,
    sources: new Map([[SOURCE, openSource(world, wire)]]),
    targets: new Map(
      TARGETS.map((name) => [name, mutation.target(openTarget(world, name, wire))] as const),
    ),
    terms: (name) => plan.terms.get(name) ?? UNKNOWN,
    proof: () => openProof(world, wire),
    settings: mutation.settings(plan.settings),
    now: () => store.now(),
    after: process.after,
    chance: () => random.next(),
    newId: (prefix) => world.newId(prefix, apartMs),
    log: world.log,
    changed: () => undefined,
  };
}
