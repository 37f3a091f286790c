import { unlessEmpty } from '../answer.ts';
import { doesNotExist, invalidParameter } from '../mlflow-error.ts';
import { Float } from '../python-json.ts';
import type { Mlflow } from '../state.ts';
import { tagsJson } from '../tag.ts';

/** Source: mlflow/mlflow mlflow/protos/service.proto, RunStatus. */
export const RUN_STATUS = { RUNNING: 1, SCHEDULED: 2, FINISHED: 3, FAILED: 4, KILLED: 5 } as const;

export interface Metric {
  readonly key: string;
  readonly value: number;
  readonly timestampMs: number;
  readonly step: number;
}

export interface Run {
  readonly id: string;
  readonly experimentId: string;
  name: string;
  readonly userId: string;
  status: keyof typeof RUN_STATUS;
  readonly startMs: number;
  endMs: number | null;
  readonly artifactUri: string;
  stage: 'active' | 'deleted';
  readonly tags: Map<string, string>;
  readonly params: Map<string, string>;
  /** The last value of each metric, by step, then by time. */
  readonly latest: Map<string, Metric>;
  readonly metrics: Metric[];
  /** Logged models that came out of it. */
  readonly outputs: { readonly modelId: string; readonly step: number }[];
}

/** The tag that holds a run's name as well. */
export const RUN_NAME = 'mlflow.runName';

/** @throws {MlflowError} 404 */
export function runWith({ runs }: Mlflow, id: string): Run {
  const run = runs.get(id);
  if (!run) throw doesNotExist(`Run with id=${id} not found`);
  return run;
}

/** A run that can still be written to. */
export function activeRun(mlflow: Mlflow, id: string): Run {
  const run = runWith(mlflow, id);
  if (run.stage === 'active') return run;
  throw invalidParameter(
    `The run ${id} must be in the 'active' state. Current state is ${run.stage}.`,
  );
}

/** Source: mlflow/mlflow mlflow/entities/run.py, to_proto; recorded from 3.8.2. */
export function runJson(run: Run) {
  return {
    info: runInfoJson(run),
    data: {
      metrics: unlessEmpty([...run.latest.values()].map(metricJson)),
      params: tagsJson(run.params),
      tags: tagsJson(run.tags),
    },
    inputs: {},
    outputs: {
      model_outputs: unlessEmpty(
        run.outputs.map(({ modelId, step }) => ({ model_id: modelId, step })),
      ),
    },
  };
}

export function runInfoJson(run: Run) {
  return {
    run_uuid: run.id,
    experiment_id: run.experimentId,
    run_name: run.name,
    user_id: run.userId,
    status: run.status,
    start_time: run.startMs,
    end_time: run.endMs ?? undefined,
    artifact_uri: run.artifactUri,
    lifecycle_stage: run.stage,
    run_id: run.id,
  };
}

export function metricJson({ key, value, timestampMs, step }: Metric) {
  return { key, value: new Float(value), timestamp: timestampMs, step };
}
