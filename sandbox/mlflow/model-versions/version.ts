import { unlessEmpty } from '../answer.ts';
import { doesNotExist, invalidParameter } from '../mlflow-error.ts';
import { versionNumber } from '../names.ts';
import type { Model } from '../registered-models/model.ts';
import type { Mlflow } from '../state.ts';
import { tagsJson } from '../tag.ts';

const STAGES = ['None', 'Staging', 'Production', 'Archived'] as const;
export type Stage = (typeof STAGES)[number];

/** Stages in which `archive_existing_versions` makes sense. */
export const ACTIVE_STAGES: readonly Stage[] = ['Staging', 'Production'];

export interface Version {
  readonly number: number;
  /** That of its model, also once that is renamed. */
  name: string;
  readonly createdMs: number;
  updatedMs: number;
  stage: Stage;
  /** undefined: an update has taken it away, and then it is not in the answer. */
  description: string | undefined;
  readonly source: string;
  /** Where the artifacts really are, if the source is another version or a logged model. */
  readonly storage: string;
  readonly runId: string;
  readonly runLink: string;
  readonly tags: Map<string, string>;
  /** Its number is not given out again. */
  isDeleted: boolean;
}

/**
 * The stage whatever its spelling: `staging` is `Staging`.
 *
 * Source: mlflow/mlflow mlflow/entities/model_registry/model_version_stages.py.
 */
export function stageNamed(name: string): Stage {
  const stage = STAGES.find((one) => one.toLowerCase() === name.toLowerCase());
  if (stage) return stage;
  throw invalidParameter(
    `Invalid Model Version stage: ${name}. Value must be one of ${STAGES.join(', ')}.`,
  );
}

/** @throws {MlflowError} 400 it is no number, 404 there is none */
export function versionOf(mlflow: Mlflow, name: string, version: string): [Model, Version] {
  const number = versionNumber(version);
  const model = mlflow.models.get(name);
  const found = model?.versions.find((one) => one.number === number && !one.isDeleted);
  if (!model || !found) {
    throw doesNotExist(`Model Version (name=${name}, version=${number}) not found`);
  }
  return [model, found];
}

/** The newest version in each stage, in the order in which the stages first occur. */
export function latestVersions({ versions }: Model): readonly Version[] {
  const latest = new Map<Stage, Version>();
  for (const version of versions) if (!version.isDeleted) latest.set(version.stage, version);
  return [...latest.values()];
}

/** The aliases that point to it, for the answers that show them. */
export function aliasesOf(model: Model, version: Version): readonly string[] {
  return [...model.aliases]
    .filter(([, number]) => number === version.number)
    .map(([alias]) => alias)
    .toSorted();
}

/** Source: mlflow/mlflow mlflow/entities/model_registry/model_version.py, to_proto. */
export function versionJson(version: Version, aliases: readonly string[] = []) {
  return {
    name: version.name,
    version: String(version.number),
    creation_timestamp: version.createdMs,
    last_updated_timestamp: version.updatedMs,
    current_stage: version.stage,
    description: version.description,
    source: version.source,
    run_id: version.runId,
    status: 'READY',
    tags: tagsJson(version.tags),
    run_link: version.runLink,
    aliases: unlessEmpty(aliases),
  };
}
