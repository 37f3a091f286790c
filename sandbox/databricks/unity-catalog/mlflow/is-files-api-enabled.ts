import type { Action } from '../../../kit/action.ts';
import { signedIn } from '../../authentication.ts';
import type { Workspace } from '../../workspace.ts';

/** The sandbox has no cloud storage; models are stored through the Files API. */
export const isFilesApiEnabled: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/mlflow/unity-catalog/registered-models:is-databricks-sdk-models-artifact-repository-enabled',
  source: 'mlflow databricks_uc_registry_service.proto',
  handle: signedIn(() =>
    Response.json({ is_databricks_sdk_models_artifact_repository_enabled: true }),
  ),
};
