import { unlessEmpty } from '../answer.ts';
import { doesNotExist } from '../mlflow-error.ts';
import type { Mlflow } from '../state.ts';
import { tagsJson } from '../tag.ts';

/** Source: mlflow/mlflow mlflow/protos/service.proto, LoggedModelStatus. */
export const LOGGED_MODEL_STATUS = {
  LOGGED_MODEL_STATUS_UNSPECIFIED: 0,
  LOGGED_MODEL_PENDING: 1,
  LOGGED_MODEL_READY: 2,
  LOGGED_MODEL_UPLOAD_FAILED: 3,
} as const;

/** What `log_model` leaves behind in MLflow 3, before anybody registers it. */
export interface LoggedModel {
  /** `m-` and 32 hex digits. */
  readonly id: string;
  readonly experimentId: string;
  readonly name: string;
  readonly artifactLocation: string;
  readonly modelType: string;
  readonly sourceRunId: string;
  readonly createdMs: number;
  updatedMs: number;
  status: keyof typeof LOGGED_MODEL_STATUS;
  readonly tags: Map<string, string>;
  readonly params: Map<string, string>;
  isDeleted: boolean;
}

/** @throws {MlflowError} 404 */
export function loggedModelWith({ loggedModels }: Mlflow, id: string): LoggedModel {
  const model = loggedModels.get(id);
  if (!model) throw doesNotExist(`Logged model with ID '${id}' not found.`);
  return model;
}

/** Source: mlflow/mlflow mlflow/entities/logged_model.py, to_proto. */
export function loggedModelJson(model: LoggedModel) {
  return {
    info: {
      model_id: model.id,
      experiment_id: model.experimentId,
      name: model.name,
      creation_timestamp_ms: model.createdMs,
      last_updated_timestamp_ms: model.updatedMs,
      artifact_uri: model.artifactLocation,
      status: model.status,
      model_type: model.modelType,
      source_run_id: model.sourceRunId,
      tags: tagsJson(new Map([...model.tags].toSorted(([a], [b]) => (a < b ? -1 : 1)))),
    },
    data: { params: unlessEmpty([...model.params].map(([key, value]) => ({ key, value }))) },
  };
}
