import { waitMs } from '../model/backoff.ts';
import type { NewEvent } from '../model/event.ts';
import type { Source, Standing } from '../sources/source.ts';
import type { KnownStanding } from '../store/store.ts';
import { within } from './call-limit.ts';
import type { Engine, StepRun } from './engine.ts';
import { takeIn } from './intake.ts';

/** When to compare one source with what its webhooks told us. */
export interface SurveyPlan {
  readonly source: string;
  readonly everyMs: number;
}

/** How often in a row a source could not be compared, and when to try again; by its name. */
export type SurveyFailures = Map<string, { readonly tries: number; readonly againAtMs: number }>;

/**
 * Compares the registries that are due with the inbox, and takes in what never arrived.
 *
 * The first comparison only notes how things stand: what happened before Signalbox was there is
 * not missing. A change younger than the grace may have its webhook still on the way.
 */
export async function reconcile(
  engine: Engine,
  plans: readonly SurveyPlan[],
  { failures, signal }: { readonly failures: SurveyFailures; readonly signal: AbortSignal },
): Promise<StepRun> {
  let handled = 0;
  for (const plan of plans) {
    const lastMs = await engine.store.surveyedAt(plan.source);
    const failed = failures.get(plan.source);
    const dueAtMs = failed?.againAtMs ?? (lastMs === null ? 0 : lastMs + plan.everyMs);
    if (engine.now() < dueAtMs) continue;
    try {
      handled += await reconcileOne(engine, plan, { isFirst: lastMs === null, signal });
      failures.delete(plan.source);
    } catch (error) {
      signal.throwIfAborted();
      const tries = (failed?.tries ?? 0) + 1;
      const wait = waitMs(engine.settings.backoff, tries, { chance: engine.chance() });
      failures.set(plan.source, { tries, againAtMs: engine.now() + wait });
      const reason = error instanceof Error ? error.message : String(error);
      engine.log.warn({ source: plan.source, tries, reason }, 'comparison failed');
    }
  }
  return { handled };
}

const LONGEST_GRACE_MS = 30_000; // senders that retry at all do so within seconds

async function reconcileOne(
  engine: Engine,
  { source, everyMs }: SurveyPlan,
  { isFirst, signal }: { readonly isFirst: boolean; readonly signal: AbortSignal },
): Promise<number> {
  const survey = surveyOf(engine.sources.get(source));
  if (!survey) return 0;
  const atMs = engine.now();
  // Before the registry is asked: else a change that is told meanwhile would seem to be undone.
  const known = new Map((await engine.store.standings(source)).map((one) => [keyOf(one), one]));
  const standings = await within(engine, signal, survey);
  const graceMs = Math.min(LONGEST_GRACE_MS, everyMs);
  const missed = isFirst
    ? []
    : standings.filter((one) => isMissed(one, known.get(keyOf(one)), atMs - graceMs));
  for (const standing of missed) {
    await takeIn(engine, recovered(source, standing, known.get(keyOf(standing))));
  }
  await engine.store.saveSurvey({
    source,
    atMs,
    standings: isFirst ? standings.map((one) => ({ ...one, recovered: false })) : [],
  });
  if (missed.length > 0) engine.log.warn({ source, missed: missed.length }, 'missed events found');
  return missed.length;
}

function surveyOf(source: Source | undefined) {
  return source?.survey?.bind(source);
}

/** True when a version stands elsewhere than all we were told would have it. */
function isMissed(now: Standing, known: KnownStanding | undefined, beforeMs: number): boolean {
  if (now.changedAtMs > beforeMs) return false;
  return known ? known.stage !== now.stage : now.stage !== UNSTAGED;
}

const UNSTAGED = 'None';

function recovered(source: string, now: Standing, known: KnownStanding | undefined): NewEvent {
  return {
    identity: `${source}|stage_changed|${now.model}|${now.version}|${now.stage}|${now.changedAtMs}`,
    source,
    type: 'model_version.stage_changed',
    model: now.model,
    version: now.version,
    occurredAtMs: now.changedAtMs,
    recovered: true,
    fields: {
      from_stage: known?.stage ?? UNSTAGED,
      to_stage: now.stage,
      text: 'found by comparing the registry with the inbox: no webhook arrived',
      webhook_id: '',
    },
  };
}

function keyOf({ model, version }: { readonly model: string; readonly version: string }): string {
  return JSON.stringify([model, version]);
}
