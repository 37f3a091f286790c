import { z } from 'zod';

import { invalidParameter } from '../api-error.ts';
import type { Job } from './job.ts';
import type { RunParameters } from './run.ts';

const Parameters = z.record(z.string(), z.coerce.string());

/** The parameters that run-now and runs/repair take. Source: databricks-sdk-py service/jobs.py. */
export const GivenParameters = z.looseObject({
  notebook_params: Parameters.optional(),
  python_params: z.array(z.coerce.string()).optional(),
  job_parameters: Parameters.optional(),
});
type GivenParameters = z.infer<typeof GivenParameters>;

/** Parameters of kinds of tasks that the sandbox does not run. */
const UNSUPPORTED = [
  'jar_params',
  'python_named_params',
  'spark_submit_params',
  'sql_params',
  'dbt_commands',
  'pipeline_params',
];

/** Source: databricks-sdk-py service/jobs.py: the JSON of each has at most 10 000 bytes. */
const MAX_PARAMS_BYTES = 10_000;

/**
 * The parameters of a run of this job, over those it had before, if it is repaired.
 *
 * Source: databricks-sdk-py service/jobs.py (limits, ASCII, and that job parameters exclude task
 * parameters); the texts are ours.
 * @throws {ApiError} 400, the parameters do not fit the job
 */
export function runParameters(
  job: Job | null,
  given: GivenParameters,
  before?: RunParameters,
): RunParameters {
  const declared = job?.settings.parameters ?? [];
  check(given);
  if (declared.length > 0 && isForTasks(given)) {
    throw invalidParameter('Task parameters cannot be given to a job that has job parameters');
  }
  const { notebook, python, job: values } = before ?? { notebook: {}, python: null, job: {} };
  return {
    notebook: given.notebook_params ?? notebook,
    python: given.python_params ?? python,
    job: jobParameters(declared, values, given.job_parameters ?? {}),
  };
}

function isForTasks({ notebook_params, python_params }: GivenParameters): boolean {
  return Object.keys(notebook_params ?? {}).length > 0 || python_params !== undefined;
}

function jobParameters(
  declared: Job['settings']['parameters'],
  before: RunParameters['job'],
  given: Readonly<Record<string, string>>,
): RunParameters['job'] {
  const values = new Map(Object.entries(before));
  for (const { name, default: usual } of declared) {
    if (!values.has(name)) values.set(name, { default: usual, value: usual });
  }
  for (const [name, value] of Object.entries(given)) {
    values.set(name, { default: values.get(name)?.default ?? '', value });
  }
  return Object.fromEntries(values);
}

function check(given: GivenParameters): void {
  const unsupported = UNSUPPORTED.find((name) => given[name] !== undefined);
  if (unsupported) throw invalidParameter(`The sandbox does not take ${unsupported}`);
  for (const name of ['notebook_params', 'python_params'] as const) {
    if (Buffer.byteLength(JSON.stringify(given[name] ?? {})) > MAX_PARAMS_BYTES) {
      throw invalidParameter(`${name} has more than ${MAX_PARAMS_BYTES} bytes`);
    }
  }
  if (given.python_params?.some((text) => /[^\p{ASCII}]/u.test(text))) {
    throw invalidParameter('python_params may hold ASCII characters only');
  }
}
