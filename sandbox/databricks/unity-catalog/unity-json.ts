import { fullName, type UnityModel, type UnityVersion } from './unity-model.ts';

/** Any one will do: there is one workspace. */
const METASTORE = '00000000-0000-4000-8000-000000000000';

interface Shown {
  readonly aliases: boolean;
  /** Only an answer about one thing has them. Source: mlflow unity_catalog_messages.proto. */
  readonly tags?: boolean;
}

/** Source: databricks-sdk-py service/catalog.py, RegisteredModelInfo. */
export function modelInfo(model: UnityModel, { aliases, tags = false }: Shown) {
  return {
    name: model.name,
    full_name: fullName(model),
    catalog_name: model.catalog,
    schema_name: model.schema,
    owner: model.owner,
    ...(model.comment !== undefined && { comment: model.comment }),
    created_at: model.createdMs,
    created_by: model.createdBy,
    updated_at: model.updatedMs,
    updated_by: model.updatedBy,
    metastore_id: METASTORE,
    id: model.id,
    storage_location: storageOf(model),
    browse_only: false,
    ...(aliases && model.aliases.size > 0 && { aliases: aliasesOf(model) }),
    ...(tags && model.tags.size > 0 && { tags: tagsOf(model) }),
  };
}

/** Source: databricks-sdk-py service/catalog.py, ModelVersionInfo. */
export function versionInfo(
  model: UnityModel,
  version: UnityVersion,
  { aliases, tags = false }: Shown,
) {
  const own = aliasesOf(model).filter((one) => one.version_num === version.version);
  return {
    model_name: model.name,
    catalog_name: model.catalog,
    schema_name: model.schema,
    version: version.version,
    status: version.status,
    source: version.source,
    ...(version.runId !== undefined && { run_id: version.runId }),
    ...(version.comment !== undefined && { comment: version.comment }),
    storage_location: storageOf(model, version),
    created_at: version.createdMs,
    created_by: version.createdBy,
    updated_at: version.updatedMs,
    updated_by: version.updatedBy,
    metastore_id: METASTORE,
    id: version.id,
    ...(aliases && own.length > 0 && { aliases: own }),
    ...(tags && version.tags.size > 0 && { tags: tagsOf(version) }),
  };
}

export function aliasesOf(model: UnityModel) {
  return [...model.aliases].map(([alias_name, version_num]) => ({
    alias_name,
    version_num,
    model_name: model.name,
    catalog_name: model.catalog,
    schema_name: model.schema,
  }));
}

/** Where the Files API has a model's files. */
function storageOf({ catalog, schema, name }: UnityModel, version?: UnityVersion): string {
  const folder = `dbfs:/Models/${catalog}/${schema}/${name}`;
  return version ? `${folder}/${version.version}` : folder;
}

/** Source: mlflow databricks_uc_registry_messages.proto, RegisteredModel. */
export function modelJson(model: UnityModel) {
  const aliases = [...model.aliases].map(([alias, version]) => ({
    alias,
    version: String(version),
  }));
  return {
    name: fullName(model),
    creation_timestamp: model.createdMs,
    last_updated_timestamp: model.updatedMs,
    user_id: model.createdBy,
    description: model.comment ?? '',
    aliases,
    tags: tagsOf(model),
  };
}

/** Source: mlflow databricks_uc_registry_messages.proto, ModelVersion: aliases and tags in one. */
export function versionJson(model: UnityModel, version: UnityVersion) {
  const aliases = [...model.aliases]
    .filter(([, number]) => number === version.version)
    .map(([alias, number]) => ({ alias, version: String(number) }));
  return {
    name: fullName(model),
    version: String(version.version),
    creation_timestamp: version.createdMs,
    last_updated_timestamp: version.updatedMs,
    user_id: version.createdBy,
    description: version.comment ?? '',
    source: version.source,
    run_id: version.runId ?? '',
    ...(version.modelId !== undefined && { model_id: version.modelId }),
    status: version.status,
    status_message: '',
    storage_location: storageOf(model, version),
    aliases,
    tags: tagsOf(version),
  };
}

function tagsOf({ tags }: Pick<UnityModel, 'tags'>) {
  return [...tags].map(([key, value]) => ({ key, value }));
}
