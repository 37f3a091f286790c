import { z } from 'zod';

import { evaluate } from '../expressions/evaluate.ts';
import { ExpressionError } from '../expressions/expression-error.ts';
import { toText, type Value } from '../expressions/value.ts';
import type { HookName, Job, Leg, Step } from '../model/pipeline.ts';

/** One of the times that a job runs. */
export interface JobInstance {
  /** The last part of `System.JobIdentifier`, and of the timeline's. */
  readonly identifier: string;
  /** `System.JobName`. */
  readonly name: string;
  readonly displayName: string;
  readonly steps: readonly Step[];
  /** What only this one has. */
  readonly variables: readonly (readonly [string, string])[];
  /** Variables that nothing may set. */
  readonly predefined: readonly (readonly [string, string])[];
  /** What others find its output variables under, before the name of the step. */
  readonly outputPrefixes: readonly string[];
  /** null: not a part of a deployment. */
  readonly hook: HookName | null;
}

/** How often a job will run, as far as that is known before it is about to start. */
export function plannedInstances(job: Job): readonly JobInstance[] {
  const { strategy } = job;
  switch (strategy.kind) {
    case 'once':
      return [once(job)];
    case 'parallel':
      return slices(job, strategy.count);
    case 'matrix':
      return legs(job, strategy.legs);
    case 'later':
      return [];
    case 'deployment':
      return hooks(job);
  }
}

/**
 * How often a job runs, now that it is about to.
 * @throws {ExpressionError} the expression of its matrix gives none
 */
export function instancesOf(
  job: Job,
  known: () => ReadonlyMap<string, Value>,
): readonly JobInstance[] {
  if (job.strategy.kind !== 'later') return plannedInstances(job);
  const text = toText(evaluate(job.strategy.expression, { contexts: known() })) ?? '';
  return legs(job, legsFrom(text));
}

const Legs = z.record(
  z.string().regex(/^[A-Za-z]\w{0,99}$/),
  z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
);

function legsFrom(text: string): readonly Leg[] {
  try {
    return Object.entries(Legs.parse(JSON.parse(text))).map(([name, variables]) => ({
      name,
      variables: Object.entries(variables).map(([key, value]) => [key, String(value)] as const),
    }));
  } catch {
    throw new ExpressionError(`The matrix is no JSON of names with variables: ${text}`);
  }
}

function once({ name, displayName, steps }: Job): JobInstance {
  return {
    identifier: '__default',
    name,
    displayName,
    steps,
    variables: [],
    predefined: positions('None', 1, 1),
    outputPrefixes: [''],
    hook: null,
  };
}

function slices({ displayName, steps }: Job, count: number): readonly JobInstance[] {
  return Array.from({ length: count }, (_, index) => ({
    identifier: `Job${index + 1}`,
    name: `Job${index + 1}`,
    displayName: `${displayName} ${index + 1}`,
    steps,
    variables: [],
    predefined: positions('MultiMachine', index + 1, count),
    outputPrefixes: [`Job${index + 1}.`],
    hook: null,
  }));
}

function legs({ displayName, steps }: Job, all: readonly Leg[]): readonly JobInstance[] {
  return all.map(({ name, variables }, index) => ({
    identifier: name,
    name,
    displayName: `${displayName} ${name}`,
    steps,
    variables,
    predefined: positions('MultiConfiguration', index + 1, all.length),
    outputPrefixes: [`${name}.`],
    hook: null,
  }));
}

/** Source: docs/pipelines/process/deployment-jobs.md of azure-devops-docs, for the output variables */
function hooks({ name, displayName, strategy }: Job): readonly JobInstance[] {
  if (strategy.kind !== 'deployment') return [];
  const { environment, hooks: all } = strategy;
  return all.map((hook) => ({
    identifier: hook.name === 'deploy' ? name : hook.name,
    name,
    displayName: hook.name === 'deploy' ? displayName : `${displayName} ${hook.name}`,
    steps: hook.steps,
    variables: [],
    predefined: [
      ...positions('None', 1, 1),
      ['Environment.Name', environment],
      ['Environment.Id', '1'],
      ['Strategy.Name', 'runOnce'],
      ['Lifecycle.HookName', hook.name],
    ],
    outputPrefixes: [`${name}.`, `${hook.name}.`],
    hook: hook.name,
  }));
}

function positions(type: string, position: number, total: number) {
  return [
    ['System.JobPositionInPhase', String(position)],
    ['System.TotalJobsInPhase', String(total)],
    ['System.ParallelExecutionType', type],
  ] as const;
}
