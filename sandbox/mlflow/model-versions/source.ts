import { resolve } from 'node:path';

import { invalidParameter } from '../mlflow-error.ts';
import { isPrompt, modelNamed } from '../registered-models/model.ts';
import type { Mlflow } from '../state.ts';
import { latestVersions, stageNamed, type Version, versionOf } from './version.ts';

interface Order {
  readonly source: string;
  readonly run_id?: string | undefined;
  readonly model_id?: string | undefined;
}

type Origin = Pick<Version, 'source' | 'storage' | 'runId'>;

/**
 * Where a new version comes from, once that is believed: a path of this machine has to lie within the
 * artifacts of the run or the logged model that is named with it, and nothing may climb.
 *
 * Source: mlflow/mlflow mlflow/server/handlers.py, _validate_source_run, _validate_source_model and
 * _resolve_registered_model_source_lineage, 3.17; prompts have a placeholder for a source.
 * @throws {MlflowError} 400 or 404
 */
export function resolveSource(mlflow: Mlflow, order: Order, ofPrompt: boolean): Origin {
  const { source, run_id: runId = '' } = order;
  if (ofPrompt) return { source, storage: source, runId };
  if (/^models:/iu.test(source)) return fromRegistry(mlflow, order);

  checkPlace(mlflow, order);
  const logged = mlflow.loggedModels.get(order.model_id ?? '');
  return { source, storage: source, runId: runId || (logged?.sourceRunId ?? '') };
}

function checkPlace(mlflow: Mlflow, order: Order): void {
  const [, scheme = 'file'] = /^([a-z][a-z\d+.-]*):/iu.exec(order.source) ?? [];
  if (scheme.toLowerCase() === 'file') {
    checkLocal(mlflow, order);
    return;
  }
  checkRemote(order.source);
  if (scheme === 'runs') checkRunsUri(order.source, order.run_id ?? '');
}

function checkLocal(mlflow: Mlflow, { source, run_id: runId, model_id: modelId }: Order): void {
  const [field, id] = modelId ? ['model_id', modelId] : ['run_id', runId ?? ''];
  const root = modelId
    ? mlflow.loggedModels.get(id)?.artifactLocation
    : mlflow.runs.get(id)?.artifactUri;
  if (id !== '' && root === undefined) throw unknownOwner(source, field);
  if (root !== undefined && isWithin(pathOf(source), pathOf(root))) return;
  throw invalidParameter(
    `Invalid model version source: '${source}'. To use a local path as a model version source, the ` +
      `${field} request parameter has to be specified and the local path has to be contained within ` +
      `the artifact directory of the run specified by the ${field}.`,
  );
}

function pathOf(uri: string): string {
  return resolve('/', uri.replace(/^file:(?:\/\/(?:localhost)?)?/iu, ''));
}

function isWithin(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

function checkRemote(source: string): void {
  const path = source.replace(/^[^:]*:(?:\/\/[^/]*)?/u, '').replace(/[?#].*$/su, '');
  const clean = unquoted(path).replaceAll(/\/+/gu, '/').replace(/\/$/u, '');
  const climbs = clean.includes('\0') || unquoted(source).split('/').includes('..');
  if (!climbs && clean.startsWith('/') && resolve(clean) === clean) return;
  throw invalidParameter(
    `Invalid model version source: '${source}'. If supplying a source as an http, https, local file ` +
      'path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without ' +
      'relative path references present. Please provide an absolute path.',
  );
}

function unquoted(text: string): string {
  try {
    const once = decodeURIComponent(text);
    return once === text ? text : unquoted(once);
  } catch {
    return text;
  }
}

function checkRunsUri(source: string, runId: string): void {
  const [, owner] = /^runs:\/([^/]+)/u.exec(source) ?? [];
  if (runId === '' || owner !== runId) throw unknownOwner(source, 'run_id');
}

function unknownOwner(source: string, field: string) {
  return invalidParameter(
    `Invalid model version source: '${source}'. The ${field} request parameter must identify the ` +
      'resource that contains the source.',
  );
}

/** `models:/m-…` is a logged model; `models:/name/1`, `models:/name/Staging` another version. */
function fromRegistry(mlflow: Mlflow, order: Order): Origin {
  const { source } = order;
  const [, name = '', suffix] = /^models:\/([^/]+)(?:\/([^/]+))?$/u.exec(source) ?? [];
  if (name === '') throw unknownOwner(source, 'model_id');
  if (suffix === undefined) return fromLoggedModel(mlflow, order, name);

  const model = modelNamed(mlflow, name);
  if (isPrompt(model.tags)) {
    throw invalidParameter(
      `Invalid model version source: '${source}'. Prompt versions cannot be used as model version ` +
        'sources.',
    );
  }
  const number = /^\d+$/u.test(suffix) ? suffix : newestIn(mlflow, name, suffix);
  const [, version] = versionOf(mlflow, name, number);
  if (order.run_id !== undefined && order.run_id !== version.runId) {
    throw invalidParameter(
      `Invalid model version source: '${source}'. The run_id and model_id request parameters must ` +
        'match the referenced model version.',
    );
  }
  return {
    source: `models:/${name}/${version.number}`,
    storage: version.storage,
    runId: version.runId,
  };
}

function newestIn(mlflow: Mlflow, name: string, stage: string): string {
  const versions = latestVersions(modelNamed(mlflow, name));
  const wanted = stage.toLowerCase() === 'latest' ? null : stageNamed(stage);
  const found = versions.filter((one) => wanted === null || one.stage === wanted);
  return String(Math.max(0, ...found.map(({ number }) => number)));
}

function fromLoggedModel(mlflow: Mlflow, order: Order, id: string): Origin {
  const { source, run_id: runId = '', model_id: modelId } = order;
  const logged = mlflow.loggedModels.get(id);
  if (modelId !== id || !logged) throw unknownOwner(source, 'model_id');
  return { source, storage: logged.artifactLocation, runId: runId || logged.sourceRunId };
}
