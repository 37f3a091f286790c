import { openLog } from '../../src/lib/log.ts';
import { random } from '../random.ts';
import { type Database, openDatabase } from './database.ts';
import { openHistory } from './history.ts';
import { judgeWorld } from './judge.ts';
import { noMutation } from './mutations.ts';
import { planOf, START_MS } from './plan.ts';
import type { Process } from './process.ts';
import { openQuiet } from './quiet.ts';
import { openReplica, type Replica } from './replica.ts';
import { openSchedule } from './schedule.ts';
import { startTellers } from './tell.ts';
import { type Hits, openWeather, type Weather } from './weather.ts';
import type { Mutation, World } from './world.ts';

/** Where seeds are played, one after the other. */
export interface Stage {
  play(seed: number, options?: Partial<Options>): Promise<Played>;
}

export interface Options {
  /** Keeps the history's lines. */
  readonly isTraced: boolean;
  readonly mutation: Mutation;
}

export interface Played {
  readonly seed: number;
  /** What was wrong; nothing, if all is well. */
  readonly alarms: readonly string[];
  readonly digest: string;
  readonly lines: readonly string[];
}

const atTheBeginning = () => START_MS;

/** @param hits counts what struck, over all seeds */
export function openStage(hits: Hits): Stage {
  let nowMs = atTheBeginning;
  const database = openDatabase(() => nowMs());
  return {
    async play(seed, { isTraced = false, mutation = noMutation } = {}) {
      database.empty();
      const world = openWorld({ seed, hits, database, isTraced, mutation });
      nowMs = world.wallMs;
      await playOut(world);
      const alarms = [...world.alarms, ...(await judgeWorld(world))];
      for (const alarm of alarms) world.history.add('judge', alarm);
      const { lines, digest } = world.history;
      return { seed, alarms, digest: digest(), lines };
    },
  };
}

const log = openLog('silent');
/** In these seeds nothing is taken for granted. */
const CHECKED_EVERY = 16;

interface Opening extends Options {
  readonly seed: number;
  readonly hits: Hits;
  readonly database: Database;
}

type OpenWorld = World & { readonly alarms: readonly string[]; readonly replicas: Replica[] };

function openWorld({ seed, hits, database, isTraced, mutation }: Opening): OpenWorld {
  const schedule = openSchedule();
  const plan = planOf(random(seed, 'plan'));
  const weather = openWeather(random(seed, 'weather'), hits);
  const outage = { target: seed % 2 === 0 ? 'alpha' : 'beta', isOn: false };
  const alarms: string[] = [];
  const alarm = (what: string) => void alarms.push(what);
  const replicas: Replica[] = [];
  const chances = random(seed, 'world');
  let ids = 0;
  const world: OpenWorld = {
    plan,
    random: chances,
    weather,
    schedule,
    history: openHistory(schedule.now, isTraced),
    database,
    store: mutation.store(database.store),
    quiet: openQuiet({ database, now: schedule.now, isChecked: seed % CHECKED_EVERY === 0, alarm }),
    log,
    yard: {
      runs: [],
      contacts: new Map(),
      isAway: (target) => outage.isOn && target === outage.target,
    },
    registry: { standings: new Map(), reports: [], firstSurveyMs: null },
    mutation,
    acknowledged: new Set(),
    wallMs: () => START_MS + schedule.now(),
    newId(prefix, apartMs) {
      ids += 1;
      return `${prefix}_${String(10_000 + schedule.now() + apartMs).padStart(6, '0')}-${ids}`;
    },
    hint: (from) => hintOthers(replicas, from, weather),
    alarms,
    alarm,
    replicas,
  };
  if (weather.strikes('target.outage')) planOutage(world, outage);
  return world;
}

function hintOthers(replicas: readonly Replica[], from: Process, weather: Weather): void {
  for (const replica of replicas) {
    if (replica.process() !== from && !weather.strikes('hint.lost')) replica.hint();
  }
}

/** A target that is away for longer than a run may be out of sight. */
function planOutage(
  { plan, schedule, history }: World,
  outage: { readonly target: string; isOn: boolean },
): void {
  const turn = (isOn: boolean) => () => {
    outage.isOn = isOn;
    history.add('world', `${outage.target} is ${isOn ? 'away' : 'back'}`);
  };
  schedule.in(OUTAGE_AT_MS, turn(true));
  schedule.in(OUTAGE_AT_MS + plan.settings.lostAfterMs + 2000, turn(false));
}

const OUTAGE_AT_MS = 1000;
const LETTERS = 'abc';
const LOOK_EVERY_MS = 100;
/** What is still to come when the weather clears: late runs, and the next comparisons. */
const AFTER_THE_CALM_MS = 2800;
const REST_WITHIN_MS = 60_000;

/** Lets everything happen until nothing is left to be done. */
async function playOut(world: OpenWorld): Promise<void> {
  const { plan, schedule, weather, random: chances, database, replicas } = world;
  for (const letter of LETTERS.slice(0, plan.replicas)) replicas.push(openReplica(world, letter));
  for (const replica of replicas) schedule.in(chances.below(200), () => replica.start());
  const tellers = startTellers(world, replicas);
  schedule.in(plan.calmAtMs, () => {
    weather.clear();
    world.history.add('world', 'the weather clears');
  });

  let isOver = false;
  function look(): void {
    const open = database.openOnes();
    const isUp = replicas.every((replica) => replica.process() !== null);
    const isLate = schedule.now() > plan.calmAtMs + REST_WITHIN_MS;
    isOver = isLate || (isUp && tellers.busy() === 0 && open.length === 0);
    if (isLate) world.alarm(`it does not come to rest: ${open.join(', ')}`);
    if (!isOver) schedule.in(LOOK_EVERY_MS, look);
  }
  schedule.in(plan.calmAtMs + AFTER_THE_CALM_MS, look);
  await schedule.run(() => isOver);
}
