import { doesNotExist, invalidParameter } from '../mlflow-error.ts';
import type { Mlflow } from '../state.ts';
import { tagsJson } from '../tag.ts';

export interface Experiment {
  /** `"1"`: a number, and text in every answer. */
  readonly id: string;
  name: string;
  readonly artifactLocation: string;
  readonly createdMs: number;
  updatedMs: number;
  stage: 'active' | 'deleted';
  readonly tags: Map<string, string>;
}

/** @throws {MlflowError} 400 it is no number, 404 there is none */
export function experimentWith({ experiments }: Mlflow, id: string): Experiment {
  const known = experiments.get(String(numberOf(id)));
  if (!known) throw doesNotExist(`No Experiment with id=${numberOf(id)} exists`);
  return known;
}

/** The number in an id; none at all is the default experiment's. */
export function numberOf(id: string): number {
  if (/^\s*[-+]?\d*\s*$/u.test(id)) return Number(id);
  throw invalidParameter(`Invalid experiment ID '${id}'. Experiment ID must be a valid integer.`);
}

/** @throws {MlflowError} 400, it is deleted */
export function checkIsActive({ id, stage }: Experiment): void {
  if (stage === 'active') return;
  throw invalidParameter(
    `The experiment ${id} must be in the 'active' state. Current state is ${stage}.`,
  );
}

/** Source: mlflow/mlflow mlflow/entities/experiment.py, to_proto; 3.8 has no `workspace`. */
export function experimentJson(experiment: Experiment) {
  return {
    experiment_id: experiment.id,
    name: experiment.name,
    artifact_location: experiment.artifactLocation,
    lifecycle_stage: experiment.stage,
    last_update_time: experiment.updatedMs,
    creation_time: experiment.createdMs,
    tags: tagsJson(experiment.tags),
    workspace: 'default',
  };
}
