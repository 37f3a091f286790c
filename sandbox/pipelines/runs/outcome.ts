import { context, type ObjectValue, object, text } from '../expressions/value.ts';
import type { Result } from '../steps/result.ts';

/** How a job ended, and what it hands on. */
export interface JobOutcome {
  readonly result: Result;
  /** By `step.variable`. */
  readonly outputs: ReadonlyMap<string, string>;
}

export interface StageOutcome {
  readonly result: Result;
  /** By name in lower case. */
  readonly jobs: ReadonlyMap<string, JobOutcome>;
}

/** `dependencies` as a job sees it: `dependencies.A.outputs['step.name']`. */
export function jobDependencies(jobs: ReadonlyMap<string, JobOutcome>): ObjectValue {
  return context(Array.from(jobs, ([name, job]) => [name, jobObject(job)]));
}

/** `dependencies` as a stage sees it: `dependencies.S.outputs['Job.step.name']`. */
export function stageDependencies(stages: ReadonlyMap<string, StageOutcome>): ObjectValue {
  return context(
    Array.from(stages, ([name, { result, jobs }]) => {
      const outputs = Array.from(jobs).flatMap(([job, outcome]) =>
        Array.from(outcome.outputs, ([key, value]) => [`${job}.${key}`, text(value)] as const),
      );
      return [
        name,
        object([
          ['result', text(result)],
          ['outputs', context(outputs)],
        ]),
      ];
    }),
  );
}

/** `stageDependencies` as a job sees it: `stageDependencies.S.A.outputs['step.name']`. */
export function jobsOfStages(stages: ReadonlyMap<string, StageOutcome>): ObjectValue {
  return context(Array.from(stages, ([name, { jobs }]) => [name, jobDependencies(jobs)]));
}

function jobObject({ result, outputs }: JobOutcome): ObjectValue {
  const values = Array.from(outputs, ([key, value]) => [key, text(value)] as const);
  return object([
    ['result', text(result)],
    ['outputs', context(values)],
  ]);
}

/** The worst of several results, as a stage has it from its jobs and a run from its stages. */
export function overall(results: readonly Result[]): Result {
  const order: readonly Result[] = [
    'Abandoned',
    'Failed',
    'Canceled',
    'SucceededWithIssues',
    'Succeeded',
    'Skipped',
  ];
  return order.find((result) => results.includes(result)) ?? 'Succeeded';
}
