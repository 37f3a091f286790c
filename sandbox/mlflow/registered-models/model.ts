import { unlessEmpty } from '../answer.ts';
import { doesNotExist } from '../mlflow-error.ts';
import { latestVersions, type Version, versionJson } from '../model-versions/version.ts';
import { checkModelName } from '../names.ts';
import type { Mlflow } from '../state.ts';
import { tagsJson } from '../tag.ts';

/** A registered model. A prompt is one too, with a tag that says so. */
export interface Model {
  name: string;
  readonly createdMs: number;
  updatedMs: number;
  description: string;
  readonly tags: Map<string, string>;
  /** Alias to version. */
  readonly aliases: Map<string, number>;
  /** In the order of their numbers, deleted ones among them. */
  readonly versions: Version[];
}

/** Source: mlflow/mlflow mlflow/entities/model_registry/prompt_version.py. */
export const IS_PROMPT = 'mlflow.prompt.is_prompt';

export function isPrompt(tags: ReadonlyMap<string, string>): boolean {
  return tags.get(IS_PROMPT)?.toLowerCase() === 'true';
}

/** @throws {MlflowError} 404, there is none of this name */
export function modelNamed({ models }: Mlflow, name: string): Model {
  checkModelName(name);
  const model = models.get(name);
  if (!model) throw doesNotExist(`Registered Model with name=${name} not found`);
  return model;
}

/** Source: mlflow/mlflow mlflow/entities/model_registry/registered_model.py, to_proto. */
export function modelJson(model: Model, latest = latestVersions(model)) {
  const aliases = [...model.aliases].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    name: model.name,
    creation_timestamp: model.createdMs,
    last_updated_timestamp: model.updatedMs,
    description: model.description || undefined,
    latest_versions: unlessEmpty(latest.map((version) => versionJson(version))),
    tags: tagsJson(model.tags),
    aliases: unlessEmpty(aliases.map(([alias, version]) => ({ alias, version: String(version) }))),
  };
}
