import { z } from 'zod';

import type { EngineSettings } from '../../src/engine/engine.ts';
import type { NewEvent } from '../../src/model/event.ts';
import type { ReportForm } from '../../src/model/report.ts';
import type { Rule } from '../../src/model/rule.ts';
import type { Terms } from '../../src/model/terms.ts';
import type { Random } from '../random.ts';
import { SURFACES_WITHIN_MS } from './fates.ts';

/** What is to happen in one seed, before any fault has its say. */
export interface Plan {
  /** One process on a file of its own, or several on one database. */
  readonly replicas: number;
  readonly isShared: boolean;
  readonly settings: EngineSettings;
  readonly terms: ReadonlyMap<string, Terms>;
  readonly surveyMs: number;
  readonly rules: readonly Rule[];
  readonly changes: readonly Change[];
  /** When the weather clears. */
  readonly calmAtMs: number;
}

/** Something that happens: in the registry, or because a person asks for it. */
export interface Change {
  readonly id: string;
  readonly atMs: number;
  readonly kind: 'stage' | 'manual';
  readonly model: string;
  readonly version: string;
  readonly from: string;
  readonly to: string;
}

/** What a run is asked for; in it stands which decision it comes of. */
export const Request = z.object({
  rule: z.string(),
  kind: z.enum(['stage', 'manual']),
  model: z.string(),
  version: z.string(),
  to: z.string(),
  occurredAtMs: z.number(),
});
export type Request = z.infer<typeof Request>;

/** The wall clock's time when a seed begins. */
export const START_MS = 1_767_225_600_000;
export const SOURCE = 'prod';
export const TARGETS = ['alpha', 'beta'] as const;
/** The sender's clock and the registry's need not name the same moment. */
export const TOLD_APART_MS = 40;

const WEATHER_MS = 3500;
const IMPATIENT_MS = 2000;
const CHANGES_MS = 2500;
const STAGES = ['Staging', 'Production', 'Archived'] as const;
const MODELS = ['wine', 'beer'] as const;
export const LEASE_MS = 450;
/** A tenth of what a service has, and less. */
const SETTINGS: EngineSettings = {
  settleMs: SURFACES_WITHIN_MS + 100,
  pollMs: 800,
  longestPollMs: 2000,
  proofWaitMs: 1000,
  lostAfterMs: 4000,
  callMs: 400,
  backoff: { firstMs: 100, longestMs: 700 },
  concurrency: 4,
  leaseMs: LEASE_MS,
};

export function planOf(random: Random): Plan {
  const isShared = random.chance(0.75);
  return {
    isShared,
    replicas: isShared ? 1 + random.below(3) : 1,
    settings: SETTINGS,
    terms: new Map(TARGETS.map((name) => [name, termsOf(random)])),
    surveyMs: 1000,
    rules: rulesOf(random),
    changes: changesOf(random),
    calmAtMs: WEATHER_MS,
  };
}

function termsOf(random: Random): Terms {
  const concurrent = random.chance(0.4) ? 1 + random.below(2) : null;
  const startsPerMinute = random.chance(0.15) ? 60 + random.below(60) : null;
  const forMs = random.chance(0.1) ? IMPATIENT_MS : 10 * IMPATIENT_MS;
  return {
    limits: { concurrent, startsPerMinute },
    retry: random.chance(0.1)
      ? { kind: 'schedule', waitsMs: [100, 300, 500], forMs }
      : { kind: 'exponential', firstMs: 100, longestMs: 700, tries: null, forMs },
  };
}

function changesOf(random: Random): readonly Change[] {
  const stages = new Map<string, string>();
  const times = Array.from({ length: 2 + random.below(4) }, () => random.below(CHANGES_MS));
  return times
    .toSorted((a, b) => a - b)
    .map((at, number) => {
      // So far apart that their tellings name them in the same order.
      const atMs = at + number * TOLD_APART_MS;
      const model = MODELS[random.below(2)] ?? 'wine';
      const version = String(1 + random.below(2));
      const from = stages.get(`${model} ${version}`) ?? 'None';
      const others = STAGES.filter((stage) => stage !== from);
      const to = others[random.below(random.chance(0.8) ? 1 : others.length)] ?? 'Staging';
      const kind = random.chance(0.8) ? 'stage' : 'manual';
      if (kind === 'stage') stages.set(`${model} ${version}`, to);
      return { id: `c${number + 1}`, atMs, kind, model, version, from, to };
    });
}

function rulesOf(random: Random): readonly Rule[] {
  const onStage = ['integrate', 'release', 'audit'] as const;
  const some = onStage.filter(() => random.chance(0.6)).map((name) => ruleOf(random, name));
  return [...(some.length > 0 ? some : [ruleOf(random, 'audit')]), ruleOf(random, 'by-hand')];
}

type RuleName = 'integrate' | 'release' | 'audit' | 'by-hand';

const wanted: Readonly<Record<RuleName, string | null>> = {
  integrate: 'Staging',
  release: 'Production',
  audit: null,
  'by-hand': null,
};

function ruleOf(random: Random, name: RuleName): Rule {
  const stage = wanted[name];
  const lane = [null, 'model', 'all'][random.below(3)] ?? null;
  const forms: readonly (readonly ReportForm[])[] = [[], ['tags'], ['tags', 'comment']];
  const isBroken = random.chance(0.03);
  return {
    name,
    on: [name === 'by-hand' ? 'manual.requested' : 'model_version.stage_changed'],
    when:
      stage === null ? null : { text: stage, holds: ({ fields }) => fields['to_stage'] === stage },
    target: TARGETS[random.below(TARGETS.length)] ?? 'alpha',
    request: (event): Request => {
      if (isBroken) throw new RangeError('no such field');
      return { rule: name, ...happeningOf(event) };
    },
    oneAtATime: lane === null ? null : ({ model }) => (lane === 'all' ? lane : model),
    whenBusy: random.chance(0.3) ? 'newest' : 'queue',
    require: random.chance(0.5) ? { type: 'databricks_run', source: SOURCE } : null,
    report: forms[random.below(forms.length)] ?? [],
  };
}

/** What an event says, for its change to be found. */
export function happeningOf({ type, model, version, fields, occurredAtMs }: NewEvent) {
  const kind: Change['kind'] = type === 'manual.requested' ? 'manual' : 'stage';
  return { kind, model, version, to: fields['to_stage'] ?? fields['name'] ?? '', occurredAtMs };
}

/** What is told of a change, by whom it reaches us first; `recovered` is not for a teller to say. */
export function eventOf(change: Change, occurredAtMs: number): NewEvent {
  const { kind, model, version, from, to, id } = change;
  if (kind === 'manual') {
    return {
      identity: `manual|${id}`,
      source: 'manual',
      type: 'manual.requested',
      model,
      version,
      occurredAtMs,
      recovered: false,
      fields: { name: to, branch: '', requested_by: 'kim', text: '' },
    };
  }
  return {
    identity: [SOURCE, 'stage_changed', model, version, to, occurredAtMs].join('|'),
    source: SOURCE,
    type: 'model_version.stage_changed',
    model,
    version,
    occurredAtMs,
    recovered: false,
    fields: { from_stage: from, to_stage: to, text: '', webhook_id: 'w1' },
  };
}
