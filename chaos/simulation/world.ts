import type { EngineSettings } from '../../src/engine/engine.ts';
import type { Log } from '../../src/lib/log.ts';
import type { Store } from '../../src/store/store.ts';
import type { Target } from '../../src/targets/target.ts';
import type { Random } from '../random.ts';
import type { Database } from './database.ts';
import type { History } from './history.ts';
import type { Plan } from './plan.ts';
import type { Process } from './process.ts';
import type { Quiet } from './quiet.ts';
import type { Registry } from './registry.ts';
import type { Schedule } from './schedule.ts';
import type { Weather } from './weather.ts';
import type { Yard } from './yard.ts';

/** Everything around the engine, and what happens to it. */
export interface World {
  readonly plan: Plan;
  readonly random: Random;
  readonly weather: Weather;
  readonly schedule: Schedule;
  readonly history: History;
  readonly database: Database;
  /** The one that all processes share; a mutation's, where there is one. */
  readonly store: Store;
  readonly quiet: Quiet;
  readonly yard: Yard;
  readonly registry: Registry;
  readonly mutation: Mutation;
  readonly log: Log;
  /** Identities of the events that were answered with a 2xx. */
  readonly acknowledged: Set<string>;
  /** The database's clock, epoch milliseconds. */
  readonly wallMs: () => number;
  readonly newId: (prefix: 'evt' | 'dlv', apartMs: number) => string;
  /** Tells the other processes that there may be something new to do. */
  hint(from: Process): void;
  /** Something that must never happen has happened. */
  alarm(what: string): void;
}

/** Takes one of the engine's precautions away, for the test that it is missed. */
export interface Mutation {
  readonly store: (store: Store) => Store;
  readonly target: (target: Target) => Target;
  readonly settings: (settings: EngineSettings) => EngineSettings;
}
