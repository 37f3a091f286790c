import { alreadyExists, invalidParameter } from '../api-error.ts';
import type { Principal } from '../principal.ts';
import { checkTag } from '../registry/model-json.ts';
import type { Workspace } from '../workspace.ts';
import {
  checkOwner,
  fullName,
  type UnityModel,
  type UnityVersion,
  unityVersion,
} from './unity-model.ts';

/** Who changes something, and where. */
export interface Changer {
  readonly workspace: Workspace;
  readonly principal: Principal;
}

type Changed = UnityModel | UnityVersion;

function touch({ workspace, principal }: Changer, changed: Changed): void {
  changed.updatedBy = principal.name;
  changed.updatedMs = workspace.tools.clock.now();
}

interface ModelChange {
  readonly newName: string | undefined;
  readonly comment: string | undefined;
  readonly owner: string | undefined;
}

/** Source: databricks-sdk-py service/catalog.py: name, owner and comment. @throws {ApiError} 403, 400 */
export function changeModel(by: Changer, model: UnityModel, change: ModelChange): void {
  const { workspace, principal } = by;
  checkOwner(workspace, principal, model);
  const { newName = model.name, comment = model.comment, owner = model.owner } = change;
  if (newName !== model.name) rename(workspace, model, newName);
  model.comment = comment;
  model.owner = owner;
  touch(by, model);
}

function rename({ unityModels }: Workspace, model: UnityModel, newName: string): void {
  // The older interface gives the whole name, the newer one its last part.
  const name = newName.split('.').at(-1) ?? '';
  if (name === '' || /[/\s]/u.test(name)) throw invalidParameter(`'${name}' is no name of a model`);
  const before = fullName(model).toLowerCase();
  const after = fullName({ ...model, name }).toLowerCase();
  if (after !== before && unityModels.has(after)) {
    throw alreadyExists(`Routine or Model '${after}' already exists.`);
  }
  unityModels.delete(before);
  model.name = name;
  unityModels.set(after, model);
}

/** @throws {ApiError} 403 */
export function removeModel({ workspace, principal }: Changer, model: UnityModel): void {
  checkOwner(workspace, principal, model);
  workspace.unityModels.delete(fullName(model).toLowerCase());
}

/** @throws {ApiError} 403 */
export function changeVersion(
  by: Changer,
  model: UnityModel,
  version: UnityVersion,
  comment: string | undefined,
): void {
  checkOwner(by.workspace, by.principal, model);
  version.comment = comment ?? version.comment;
  touch(by, version);
}

/** Its files are there now. @throws {ApiError} 403 */
export function finalize(by: Changer, model: UnityModel, version: UnityVersion): void {
  checkOwner(by.workspace, by.principal, model);
  version.status = 'READY';
  touch(by, version);
}

/** Takes a version away, and the aliases that stood for it. @throws {ApiError} 403 */
export function removeVersion(by: Changer, model: UnityModel, version: UnityVersion): void {
  checkOwner(by.workspace, by.principal, model);
  model.versions.splice(model.versions.indexOf(version), 1);
  for (const [alias, number] of model.aliases) {
    if (number === version.version) model.aliases.delete(alias);
  }
}

/**
 * Lets an alias stand for a version, in place of the one before. That it touches the model's
 * `updated_at` is UNVERIFIED, and it does not here.
 *
 * Source: mlflow/utils/validation.py for the names that there cannot be; the text is ours.
 * @throws {ApiError} 400, 403 or 404
 */
export function setAlias(
  { workspace, principal }: Changer,
  model: UnityModel,
  { alias, version }: { readonly alias: string; readonly version: string | number },
): void {
  checkOwner(workspace, principal, model);
  if (!/^[\w-]{1,255}$/u.test(alias) || /^v\d+$/iu.test(alias) || alias === 'latest') {
    throw invalidParameter(`Invalid alias name: '${alias}'`);
  }
  model.aliases.set(alias, unityVersion(model, version).version);
}

/** @throws {ApiError} 403 */
export function removeAlias(
  { workspace, principal }: Changer,
  model: UnityModel,
  alias: string,
): void {
  checkOwner(workspace, principal, model);
  model.aliases.delete(alias);
}

/** Sets a tag of a model or of a version; null takes it away. @throws {ApiError} 403 or 400 */
export function setUnityTag(
  by: Changer,
  model: UnityModel,
  tagged: Changed,
  { key, value }: { readonly key: string; readonly value: string | null },
): void {
  checkOwner(by.workspace, by.principal, model);
  checkTag(key, value ?? '');
  if (value === null) tagged.tags.delete(key);
  else tagged.tags.set(key, value);
}
