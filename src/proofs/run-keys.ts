import type { DatabricksRun } from '../clients/databricks/run.ts';

/** The name under which a pipeline hands the key of its start on to a Databricks run. */
const KEY = 'signalbox_key';

/** The keys that a run carries: in its own parameters, or in those of its tasks. */
export function keysOf(run: DatabricksRun): ReadonlySet<unknown> {
  const { overriding_parameters: overriding, job_parameters: own = [] } = run;
  const parameters = [
    overriding?.notebook_params,
    overriding?.python_named_params,
    ...run.tasks.flatMap(({ notebook_task, python_wheel_task }) => [
      notebook_task?.base_parameters,
      python_wheel_task?.named_parameters,
    ]),
  ];
  const named = own.filter(({ name }) => name === KEY);
  return new Set(
    [
      ...parameters.map((given) => given?.[KEY]),
      ...named.map((given) => given.value ?? given.default),
    ].filter((value) => value !== undefined && value !== ''),
  );
}
