import { invalidParameter } from '../mlflow-error.ts';
import type { Version } from '../model-versions/version.ts';
import { pythonSet } from '../python-repr.ts';
import { IS_PROMPT, isPrompt, type Model } from '../registered-models/model.ts';
import { columnNamed, type Dialect } from './dialect.ts';
import { type Clause, filterClauses } from './filter.ts';
import { byValue, type Compare, directionOf, inTurn, refuseTwice } from './order-by.ts';

const REGISTRY = {
  kinds: { attribute: 'attribute', tag: 'tag', tags: 'tag' },
  unknownKind: (kind) =>
    `Invalid entity type '${kind}'. Valid entity types are ('attribute', 'tag', 'tags')`,
  wording: 'registry',
} as const satisfies Partial<Dialect>;

const MODELS: Dialect = {
  ...REGISTRY,
  attributes: ['name'],
  numericAttributes: [],
  listAttributes: ['name'],
};

const VERSION_COLUMNS = ['name', 'version_number', 'creation_timestamp', 'last_updated_timestamp'];

const VERSIONS: Dialect = {
  ...REGISTRY,
  attributes: ['source_path', 'run_id', 'version_number', 'name'],
  numericAttributes: ['last_updated_timestamp', 'version_number', 'creation_timestamp'],
  listAttributes: ['name', 'run_id'],
};

/**
 * Whether a model is found by this filter; prompts only by one that asks for them.
 *
 * Source: mlflow/mlflow sqlalchemy_store.py, _get_search_registered_model_filter_query.
 */
export function searchedModels(filter: string): (model: Model) => boolean {
  const clauses = filterClauses(filter, MODELS);
  const isForPrompts = asksForPrompts(clauses);
  const rest = isForPrompts ? clauses : clauses.filter(({ key }) => key !== IS_PROMPT);
  return (model) =>
    (isForPrompts || !isPrompt(model.tags)) &&
    rest.every(({ kind, key, holds }) => holds(kind === 'tag' ? model.tags.get(key) : model.name));
}

export function searchedVersions(filter: string): (version: Version, model: Model) => boolean {
  const clauses = filterClauses(filter, VERSIONS);
  const isForPrompts = asksForPrompts(clauses);
  const rest = isForPrompts ? clauses : clauses.filter(({ key }) => key !== IS_PROMPT);
  return (version, model) =>
    (isForPrompts || !isPrompt(model.tags)) &&
    rest.every(({ kind, key, holds }) =>
      holds(kind === 'tag' ? version.tags.get(key) : columnOf(version, key)),
    );
}

function asksForPrompts(clauses: readonly Clause[]): boolean {
  const clause = clauses.find(({ kind, key }) => kind === 'tag' && key === IS_PROMPT);
  const wanted = String(clause?.wanted).toLowerCase();
  if (clause?.comparator === '=') return wanted === 'true';
  return clause?.comparator === '!=' && wanted === 'false';
}

function columnOf(version: Version, key: string): string | number {
  switch (key) {
    case 'name':
      return version.name;
    case 'run_id':
      return version.runId;
    case 'source_path':
      return version.source;
    case 'version_number':
      return version.number;
    case 'creation_timestamp':
      return version.createdMs;
    default:
      return version.updatedMs;
  }
}

/** By name unless it is said otherwise. Source: _parse_search_registered_models_order_by. */
export function orderedModels(orderBy: readonly string[]): Compare<Model> {
  const columns = orderBy.map((text) => {
    const { name, isAscending } = directionOf(text);
    if (name === 'name') return { column: 'name', isAscending };
    if (name === 'timestamp' || name === 'last_updated_timestamp') {
      return { column: 'last_updated_time', isAscending };
    }
    throw invalidParameter(
      `Invalid order by key '${name}' specified. Valid keys are '${pythonSet(['timestamp', 'name'])}'`,
    );
  });
  refuseTwice(
    columns.map(({ column }) => column),
    orderBy,
  );
  const orders = columns.map(({ column, isAscending }) =>
    byValue<Model>(({ name, updatedMs }) => (column === 'name' ? name : updatedMs), isAscending),
  );
  return inTurn([...orders, byValue(({ name }) => name, true)]);
}

/** The latest change first unless it is said otherwise. Source: search_model_versions. */
export function orderedVersions(orderBy: readonly string[]): Compare<Version> {
  const wanted = orderBy.length > 0 ? orderBy : ['last_updated_timestamp DESC'];
  const columns = wanted.map((text) => {
    const { name, isAscending } = directionOf(text);
    return { key: columnNamed(name, VERSIONS, VERSION_COLUMNS).key, isAscending };
  });
  refuseTwice(
    columns.map(({ key }) => key),
    orderBy,
  );
  const orders = columns.map(({ key, isAscending }) =>
    byValue<Version>((version) => columnOf(version, key), isAscending),
  );
  return inTurn([
    ...orders,
    byValue(({ name }) => name, true),
    byValue(({ number }) => number, false),
  ]);
}
