import type { Experiment } from '../experiments/experiment.ts';
import type { Run } from '../runs/run.ts';
import { columnNamed, type Dialect } from './dialect.ts';
import { filterClauses } from './filter.ts';
import { byValue, type Compare, directionOf, inTurn } from './order-by.ts';

const RUN_COLUMNS = [
  'run_id',
  'run_name',
  'status',
  'artifact_uri',
  'user_id',
  'start_time',
  'end_time',
  'created',
  'Created',
];

const RUNS: Dialect = {
  attributes: [...RUN_COLUMNS, 'run name', 'Run name', 'Run Name'],
  numericAttributes: ['start_time', 'end_time', 'created', 'Created'],
  listAttributes: ['run_id'],
  kinds: {
    ...kinds('metric', 'metric', 'metrics'),
    ...kinds('parameter', 'parameter', 'parameters', 'param', 'params'),
    ...kinds('tag', 'tag', 'tags'),
    ...kinds('attribute', 'attribute', 'attributes', 'attr', 'run'),
  },
  unknownKind: (kind) =>
    `Invalid entity type '${kind}'. Valid values are ['metric', 'parameter', 'tag', 'attribute', ` +
    "'dataset']",
  wording: 'tracking',
};

const EXPERIMENT_COLUMNS = ['name', 'experiment_id', 'creation_time', 'last_update_time'];

const EXPERIMENTS: Dialect = {
  attributes: EXPERIMENT_COLUMNS,
  numericAttributes: ['creation_time', 'last_update_time'],
  listAttributes: ['experiment_id'],
  kinds: { attribute: 'attribute', ...kinds('tag', 'tag', 'tags') },
  unknownKind: (kind) =>
    `Invalid entity type '${kind}'. Valid entity types are ('attribute', 'tag', 'tags')`,
  wording: 'tracking',
};

function kinds<Kind extends string>(kind: Kind, ...names: readonly string[]): Record<string, Kind> {
  return Object.fromEntries(names.map((name) => [name, kind]));
}

/**
 * Whether a run is found by this filter; datasets cannot be asked for here.
 *
 * Source: mlflow/mlflow mlflow/utils/search_utils.py, SearchUtils.
 */
export function searchedRuns(filter: string): (run: Run) => boolean {
  const clauses = filterClauses(filter, RUNS);
  return (run) => clauses.every(({ kind, key, holds }) => holds(runValue(run, kind, key)));
}

function runValue(run: Run, kind: string, key: string): string | number | undefined {
  if (kind === 'metric') return run.latest.get(key)?.value;
  if (kind === 'parameter') return run.params.get(key);
  if (kind === 'tag') return run.tags.get(key);
  return runAttribute(run, key);
}

function runAttribute(run: Run, key: string): string | number | undefined {
  switch (key) {
    case 'run_id':
      return run.id;
    case 'status':
      return run.status;
    case 'artifact_uri':
      return run.artifactUri;
    case 'user_id':
      return run.userId;
    case 'start_time':
    case 'created':
    case 'Created':
      return run.startMs;
    case 'end_time':
      return run.endMs ?? undefined;
    default:
      return run.name;
  }
}

/** The latest start first unless it is said otherwise. Source: _get_orderby_clauses. */
export function orderedRuns(orderBy: readonly string[]): Compare<Run> {
  const orders = orderBy.map((text) => {
    const { name, isAscending } = directionOf(text);
    const { kind, key } = columnNamed(name, RUNS, RUN_COLUMNS);
    return byValue<Run>((run) => runValue(run, kind, key), isAscending);
  });
  return inTurn([
    ...orders,
    byValue(({ startMs }) => startMs, false),
    byValue(({ id }) => id, true),
  ]);
}

export function searchedExperiments(filter: string): (experiment: Experiment) => boolean {
  const clauses = filterClauses(filter, EXPERIMENTS);
  return (experiment) =>
    clauses.every(({ kind, key, holds }) =>
      holds(kind === 'tag' ? experiment.tags.get(key) : experimentAttribute(experiment, key)),
    );
}

function experimentAttribute(experiment: Experiment, key: string): string | number {
  switch (key) {
    case 'name':
      return experiment.name;
    case 'creation_time':
      return experiment.createdMs;
    case 'last_update_time':
      return experiment.updatedMs;
    default:
      return experiment.id;
  }
}

/** The newest first unless it is said otherwise. */
export function orderedExperiments(orderBy: readonly string[]): Compare<Experiment> {
  const wanted = orderBy.length > 0 ? orderBy : ['creation_time DESC'];
  const orders = wanted.map((text) => {
    const { name, isAscending } = directionOf(text);
    const { key } = columnNamed(name, EXPERIMENTS, EXPERIMENT_COLUMNS);
    return byValue<Experiment>((one) => experimentAttribute(one, key), isAscending);
  });
  return inTurn([...orders, byValue(({ id }) => Number(id), true)]);
}
