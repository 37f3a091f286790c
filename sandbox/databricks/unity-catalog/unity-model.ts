import { randomUUID } from 'node:crypto';

import { ApiError, alreadyExists, doesNotExist, invalidParameter } from '../api-error.ts';
import { isAdmin } from '../permissions/grant.ts';
import type { Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';

/** A registered model of Unity Catalog, which has aliases where the workspace registry has stages. */
export interface UnityModel {
  readonly id: string;
  readonly catalog: string;
  readonly schema: string;
  name: string;
  owner: string;
  comment: string | undefined;
  readonly createdBy: string;
  readonly createdMs: number;
  updatedBy: string;
  updatedMs: number;
  /** Alias to version number. */
  readonly aliases: Map<string, number>;
  readonly tags: Map<string, string>;
  readonly versions: UnityVersion[];
  lastVersion: number;
}

export interface UnityVersion {
  readonly id: string;
  /** Unity Catalog counts in numbers: 7. */
  readonly version: number;
  readonly source: string;
  readonly runId: string | undefined;
  readonly modelId: string | undefined;
  comment: string | undefined;
  readonly createdBy: string;
  readonly createdMs: number;
  updatedBy: string;
  updatedMs: number;
  /** Its files are not there before it is finalized. */
  status: 'PENDING_REGISTRATION' | 'READY';
  readonly tags: Map<string, string>;
}

export function fullName({ catalog, schema, name }: UnityModel): string {
  return `${catalog}.${schema}.${name}`;
}

/**
 * The model of this name in three parts.
 *
 * Source: the text as mlflow users report it ("Routine or Model '…' does not exist.").
 * @throws {ApiError} 404
 */
export function unityModel({ unityModels }: Workspace, name: string): UnityModel {
  const model = unityModels.get(name.toLowerCase());
  if (model) return model;
  throw doesNotExist(`Routine or Model '${name}' does not exist.`);
}

/** The text is ours. @throws {ApiError} 404 */
export function unityVersion(model: UnityModel, version: string | number): UnityVersion {
  const found = model.versions.find((one) => String(one.version) === String(version));
  if (found) return found;
  throw doesNotExist(`Model version '${version}' of '${fullName(model)}' does not exist.`);
}

/** The version that an alias stands for. The text is ours. @throws {ApiError} 404 */
export function versionByAlias(model: UnityModel, alias: string): UnityVersion {
  const version = model.aliases.get(alias);
  if (version !== undefined) return unityVersion(model, version);
  throw doesNotExist(`Alias '${alias}' of '${fullName(model)}' does not exist.`);
}

/** The text is ours. @throws {ApiError} 403, the model is somebody else's */
export function checkOwner(workspace: Workspace, principal: Principal, model: UnityModel): void {
  if (isAdmin(workspace, principal) || model.owner === principal.name) return;
  throw new ApiError(
    403,
    'PERMISSION_DENIED',
    `User ${principal.name} is not an owner of Routine or Model '${fullName(model)}'.`,
  );
}

interface ModelOrder {
  /** Catalog, schema and name. */
  readonly parts: readonly string[];
  readonly comment: string | undefined;
  readonly tags: ReadonlyMap<string, string>;
}

/**
 * Makes a model in a schema that there is.
 *
 * Source: databricks-sdk-py service/catalog.py, RegisteredModelsAPI.create; the texts are ours.
 * @throws {ApiError} 400 or 404
 */
export function newUnityModel(
  workspace: Workspace,
  principal: Principal,
  { parts, comment, tags }: ModelOrder,
): UnityModel {
  const [catalog = '', schema = '', name = '', ...more] = parts;
  checkPlace(workspace, catalog, schema);
  if (name === '' || more.length > 0 || /[./\s]/u.test(name)) {
    throw invalidParameter(`'${name}' is no name of a model`);
  }
  const key = `${catalog}.${schema}.${name}`;
  if (workspace.unityModels.has(key.toLowerCase())) {
    throw alreadyExists(`Routine or Model '${key}' already exists.`);
  }
  const now = workspace.tools.clock.now();
  const model: UnityModel = {
    id: randomUUID(),
    catalog,
    schema,
    name,
    owner: principal.name,
    comment,
    createdBy: principal.name,
    createdMs: now,
    updatedBy: principal.name,
    updatedMs: now,
    aliases: new Map(),
    tags: new Map(tags),
    versions: [],
    lastVersion: 0,
  };
  workspace.unityModels.set(key.toLowerCase(), model);
  return model;
}

/** @throws {ApiError} 404, there is no such catalog, or no such schema in it */
export function checkPlace({ config }: Workspace, catalog: string, schema: string): void {
  if (config.schemas.includes(`${catalog}.${schema}`)) return;
  if (!config.schemas.some((one) => one.startsWith(`${catalog}.`))) {
    throw new ApiError(404, 'CATALOG_DOES_NOT_EXIST', `Catalog '${catalog}' does not exist.`);
  }
  const message = `Schema '${catalog}.${schema}' does not exist.`;
  throw new ApiError(404, 'SCHEMA_DOES_NOT_EXIST', message);
}

interface VersionOrder {
  readonly source: string;
  readonly runId: string | undefined;
  readonly modelId: string | undefined;
  readonly comment: string | undefined;
  readonly tags: ReadonlyMap<string, string>;
}

/** Adds a version, which is PENDING_REGISTRATION until it is finalized. @throws {ApiError} 403 */
export function newUnityVersion(
  workspace: Workspace,
  principal: Principal,
  model: UnityModel,
  order: VersionOrder,
): UnityVersion {
  checkOwner(workspace, principal, model);
  const now = workspace.tools.clock.now();
  model.lastVersion += 1;
  const version: UnityVersion = {
    id: randomUUID(),
    version: model.lastVersion,
    ...order,
    tags: new Map(order.tags),
    createdBy: principal.name,
    createdMs: now,
    updatedBy: principal.name,
    updatedMs: now,
    status: 'PENDING_REGISTRATION',
  };
  model.versions.push(version);
  return version;
}
