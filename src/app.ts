import { randomUUID, randomUUIDv7 } from 'node:crypto';
import type { Hono } from 'hono';
import type { Identity } from './clients/identity.ts';
import { openIdentity } from './clients/open-identity.ts';
import type { Config } from './config/config.ts';
import { placeOf } from './config/requirement.ts';
import { termsOf } from './config/target-terms.ts';
import type { Engine } from './engine/engine.ts';
import type { SurveyPlan } from './engine/reconciler.ts';
import { openWorker, type Worker } from './engine/worker.ts';
import { type HookListener, hookListener } from './http/hook-listener.ts';
import { routes } from './http/server.ts';
import { after } from './lib/after.ts';
import type { Fetch } from './lib/fetch.ts';
import type { Log } from './lib/log.ts';
import { steadyClock } from './lib/steady-clock.ts';
import type { Requirement } from './model/rule.ts';
import type { Terms } from './model/terms.ts';
import { proofKinds } from './proofs/index.ts';
import type { Proof } from './proofs/proof.ts';
import { openPostgres } from './store/postgres.ts';
import { openSqlite } from './store/sqlite.ts';
import type { Store } from './store/store.ts';

/** Everything wired, nothing running yet. */
export interface App extends AsyncDisposable {
  readonly engine: Engine;
  readonly worker: Worker;
  /** All HTTP routes, to be listened with or to be called in a test. */
  readonly routes: Hono;
  /** The short way to the hooks, which only a server of Node's own can take. */
  readonly hooks: HookListener;
}

export interface AppDeps {
  readonly config: Config;
  /** The database file. */
  readonly storeFile: string;
  /** A store that is open already, instead of the file. */
  readonly store?: Store;
  /** The folder of the built dashboard. */
  readonly pagesFolder: string;
  /** Where links into a sandbox are opened instead; null: as they are. */
  readonly browse: string | null;
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly log: Log;
}

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 5 * 60_000;
const CONCURRENCY = 32;

/**
 * The store that the configuration names, else the one in the file.
 * @throws {ConfigError} it cannot be opened
 */
export async function openStore({
  config: { postgres },
  storeFile,
  now,
}: Pick<AppDeps, 'config' | 'storeFile' | 'now'>): Promise<Store> {
  return postgres ? await openPostgres({ url: postgres }) : openSqlite(storeFile, steadyClock(now));
}

/**
 * The composition root: opens what the configuration names, and hands each its own.
 * @throws {ConfigError} the store cannot be opened
 */
export function openApp(deps: AppDeps): App {
  const { config, storeFile, fetch, now, log } = deps;
  const changes = openChanges();
  const reach = { fetch, identity: identities(config, { fetch, now, log }) };
  const store = deps.store ?? openSqlite(storeFile, now);
  const engine: Engine = {
    store,
    owner: randomUUID(),
    rules: config.rules,
    sources: new Map(
      [...config.sources].map(([name, of]) => [name, of.kind.open(name, of.settings, reach)]),
    ),
    targets: new Map(
      [...config.targets].map(([name, of]) => [name, of.kind.open(of.settings, reach)]),
    ),
    terms: (name) => termsFor(config, name),
    proof: proofs(config, reach),
    settings: engineSettings(config),
    now: () => store.now(),
    after,
    chance: Math.random,
    newId: (prefix) => `${prefix}_${randomUUIDv7()}`,
    log,
    changed: changes.tell,
  };
  const worker = openWorker(engine, surveyPlans(config));
  const { wake, state } = worker;
  return {
    engine,
    worker,
    hooks: hookListener({ engine, wake }),
    routes: routes({
      engine,
      wake,
      onChange: changes.listen,
      browse: deps.browse,
      sourceTypes: new Map([...config.sources].map(([name, { kind }]) => [name, kind.type])),
      token: config.token,
      claimToken: config.claimToken,
      pagesFolder: deps.pagesFolder,
      state,
    }),
    async [Symbol.asyncDispose]() {
      await worker.close();
      await store.close();
    },
  };
}

/** A target that is not configured any more is called no more. */
function termsFor({ targets, engine }: Config, name: string): Terms {
  return targets.get(name)?.terms ?? termsOf({ type: name }, engine.start_for);
}

/** Whoever looks at the pages is told which event has changed. */
function openChanges() {
  const listeners = new Set<(eventId: string) => void>();
  return {
    tell: (eventId: string) => {
      for (const listener of listeners) listener(eventId);
    },
    listen: (listener: (eventId: string) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function identities(
  config: Config,
  { fetch, now, log }: Pick<AppDeps, 'fetch' | 'now' | 'log'>,
): (name: string) => Identity {
  const opened = new Map(
    [...config.identities].map(([name, login]) => {
      const warn = (text: string) => log.warn({ identity: name }, text);
      return [name, openIdentity(login, { fetch, now, env: process.env, warn })];
    }),
  );
  return (name) => {
    const found = opened.get(name);
    if (!found) throw new RangeError(`no identity is called ${name}`);
    return found;
  };
}

function proofs(
  config: Config,
  deps: { readonly fetch: Fetch; readonly identity: (name: string) => Identity },
): (requirement: Requirement) => Proof | null {
  const opened = new Map<string, Proof>();
  return ({ type, source }) => {
    const key = JSON.stringify([type, source]);
    const kind = proofKinds.find((one) => one.type === type);
    const place = kind?.config.safeParse(placeOf(config.sources.get(source)?.settings));
    if (!kind || !place?.success) return null;
    const proof = opened.get(key) ?? kind.open(place.data, deps);
    opened.set(key, proof);
    return proof;
  };
}

function engineSettings({ engine }: Config): Engine['settings'] {
  return {
    settleMs: engine.settle,
    pollMs: engine.poll,
    longestPollMs: engine.longest_poll,
    proofWaitMs: engine.proof_wait,
    lostAfterMs: engine.lost_after,
    callMs: engine.call_timeout,
    backoff: { firstMs: Math.min(FIRST_RETRY_MS, engine.poll), longestMs: LONGEST_RETRY_MS },
    concurrency: CONCURRENCY,
    leaseMs: engine.lease,
  };
}

function surveyPlans(config: Config): readonly SurveyPlan[] {
  return [...config.sources].flatMap(([source, { settings }]) => {
    const isObject = typeof settings === 'object' && settings !== null;
    const everyMs: unknown = isObject ? Reflect.get(settings, 'reconcile') : undefined;
    return typeof everyMs === 'number' ? [{ source, everyMs }] : [];
  });
}
