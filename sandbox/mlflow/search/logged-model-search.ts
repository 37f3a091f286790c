import type { LoggedModel } from '../logged-models/logged-model.ts';
import { invalidParameter } from '../mlflow-error.ts';
import type { Dialect } from './dialect.ts';
import { filterClauses } from './filter.ts';
import { byValue, type Compare, inTurn } from './order-by.ts';

const ATTRIBUTES = ['name', 'model_id', 'model_type', 'status', 'source_run_id', 'experiment_id'];
const TIMES = ['creation_timestamp', 'creation_time', 'last_updated_timestamp'];

const LOGGED_MODELS: Dialect = {
  attributes: [...ATTRIBUTES, ...TIMES],
  numericAttributes: TIMES,
  listAttributes: ATTRIBUTES,
  kinds: { attributes: 'attribute', params: 'parameter', tags: 'tag' },
  unknownKind: (kind) =>
    kind === 'metrics'
      ? 'The sandbox keeps no metrics of logged models'
      : `Invalid entity type: '${kind}'. Expected one of ['attributes', 'metrics', 'params', 'tags'].`,
  wording: 'registry',
};

/**
 * Whether a logged model is found by this filter.
 *
 * Source: mlflow/mlflow mlflow/utils/search_logged_model_utils.py; metrics are not kept here.
 */
export function searchedLoggedModels(filter: string): (model: LoggedModel) => boolean {
  const clauses = filterClauses(filter, LOGGED_MODELS);
  return (model) =>
    clauses.every(({ kind, key, holds }) => {
      if (kind === 'tag') return holds(model.tags.get(key));
      return holds(kind === 'parameter' ? model.params.get(key) : attributeOf(model, key));
    });
}

function attributeOf(model: LoggedModel, key: string): string | number {
  switch (key) {
    case 'name':
      return model.name;
    case 'model_id':
      return model.id;
    case 'model_type':
      return model.modelType;
    case 'status':
      return model.status.replace(/^LOGGED_MODEL_/u, '');
    case 'source_run_id':
      return model.sourceRunId;
    case 'experiment_id':
      return model.experimentId;
    case 'last_updated_timestamp':
      return model.updatedMs;
    default:
      return model.createdMs;
  }
}

interface Direction {
  readonly field_name?: string | undefined;
  readonly ascending?: boolean | undefined;
}

/** The newest first unless it is said otherwise. */
export function orderedLoggedModels(orderBy: readonly Direction[]): Compare<LoggedModel> {
  const orders = orderBy.map(({ field_name: field = '', ascending = true }) => {
    if (!LOGGED_MODELS.attributes.includes(field)) {
      throw invalidParameter(`Invalid order by field name: ${field}`);
    }
    return byValue<LoggedModel>((model) => attributeOf(model, field), ascending);
  });
  return inTurn([
    ...orders,
    byValue(({ createdMs }) => createdMs, false),
    byValue(({ id }) => id, true),
  ]);
}
