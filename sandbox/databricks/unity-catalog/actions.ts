import type { Action } from '../../kit/action.ts';
import type { Workspace } from '../workspace.ts';
import { createUnityModel } from './create-unity-model.ts';
import { createUnityVersion } from './create-unity-version.ts';
import { deleteUnityAlias } from './delete-unity-alias.ts';
import { deleteUnityModel } from './delete-unity-model.ts';
import { deleteUnityVersion } from './delete-unity-version.ts';
import { finalizeUnityVersion } from './finalize-unity-version.ts';
import { getUnityModel } from './get-unity-model.ts';
import { getUnityVersion } from './get-unity-version.ts';
import { getUnityVersionByAlias } from './get-unity-version-by-alias.ts';
import { listUnityModels } from './list-unity-models.ts';
import { listUnityVersions } from './list-unity-versions.ts';
import { createUcModel } from './mlflow/create-model.ts';
import { createUcVersion } from './mlflow/create-version.ts';
import { deleteUcAlias } from './mlflow/delete-alias.ts';
import { deleteUcModel } from './mlflow/delete-model.ts';
import { deleteUcModelTag } from './mlflow/delete-model-tag.ts';
import { deleteUcVersion } from './mlflow/delete-version.ts';
import { deleteUcVersionTag } from './mlflow/delete-version-tag.ts';
import { emitUcLineage } from './mlflow/emit-lineage.ts';
import { finalizeUcVersion } from './mlflow/finalize-version.ts';
import { generateUcCredentials } from './mlflow/generate-temporary-credentials.ts';
import { getUcDownloadUri } from './mlflow/get-download-uri.ts';
import { getUcModel } from './mlflow/get-model.ts';
import { getUcVersion } from './mlflow/get-version.ts';
import { getUcVersionByAlias } from './mlflow/get-version-by-alias.ts';
import { isFilesApiEnabled } from './mlflow/is-files-api-enabled.ts';
import { searchUcModels } from './mlflow/search-models.ts';
import { searchUcVersions } from './mlflow/search-versions.ts';
import { setUcAlias } from './mlflow/set-alias.ts';
import { setUcModelTag } from './mlflow/set-model-tag.ts';
import { setUcVersionTag } from './mlflow/set-version-tag.ts';
import { updateUcModel } from './mlflow/update-model.ts';
import { updateUcVersion } from './mlflow/update-version.ts';
import { setUnityAlias } from './set-unity-alias.ts';
import { updateSecurableTags } from './update-securable-tags.ts';
import { updateSubentityTags } from './update-subentity-tags.ts';
import { updateUnityModel } from './update-unity-model.ts';
import { updateUnityVersion } from './update-unity-version.ts';

/** Models of Unity Catalog, by its own interface and by that of the mlflow client. */
export const UNITY_CATALOG_ACTIONS: readonly Action<Workspace>[] = [
  createUnityModel,
  createUnityVersion,
  deleteUnityAlias,
  deleteUnityModel,
  deleteUnityVersion,
  finalizeUnityVersion,
  getUnityModel,
  getUnityVersionByAlias,
  getUnityVersion,
  listUnityModels,
  listUnityVersions,
  createUcModel,
  createUcVersion,
  deleteUcAlias,
  deleteUcModelTag,
  deleteUcModel,
  deleteUcVersionTag,
  deleteUcVersion,
  emitUcLineage,
  finalizeUcVersion,
  generateUcCredentials,
  getUcDownloadUri,
  getUcModel,
  getUcVersionByAlias,
  getUcVersion,
  isFilesApiEnabled,
  searchUcModels,
  searchUcVersions,
  setUcAlias,
  setUcModelTag,
  setUcVersionTag,
  updateUcModel,
  updateUcVersion,
  setUnityAlias,
  updateUnityModel,
  updateUnityVersion,
  updateSecurableTags,
  updateSubentityTags,
];
