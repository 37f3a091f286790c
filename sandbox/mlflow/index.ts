import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Action } from '../kit/action.ts';
import { defineService, type Service } from '../kit/service.ts';
import type { SandboxTools } from '../kit/tools.ts';
import { withPassword } from './authentication.ts';
import { createExperiment } from './experiments/create.ts';
import { deleteExperiment } from './experiments/delete.ts';
import { getExperiment } from './experiments/get.ts';
import { getExperimentByName } from './experiments/get-by-name.ts';
import { restoreExperiment } from './experiments/restore.ts';
import { searchExperiments, searchExperimentsByQuery } from './experiments/search.ts';
import { setExperimentTag } from './experiments/set-tag.ts';
import { updateExperiment } from './experiments/update.ts';
import { createLoggedModel } from './logged-models/create.ts';
import { deleteLoggedModel } from './logged-models/delete.ts';
import { finalizeLoggedModel } from './logged-models/finalize.ts';
import { getLoggedModel } from './logged-models/get.ts';
import { logLoggedModelParams } from './logged-models/log-params.ts';
import { searchLoggedModels } from './logged-models/search.ts';
import { setLoggedModelTags } from './logged-models/set-tags.ts';
import type { MlflowConfig } from './mlflow-config.ts';
import { answerError, noSuchRoute } from './mlflow-error.ts';
import { createVersion } from './model-versions/create.ts';
import { deleteVersion } from './model-versions/delete.ts';
import { deleteVersionTag } from './model-versions/delete-tag.ts';
import { getVersion } from './model-versions/get.ts';
import { getDownloadUri } from './model-versions/get-download-uri.ts';
import { searchVersions } from './model-versions/search.ts';
import { setVersionTag } from './model-versions/set-tag.ts';
import { transitionStage } from './model-versions/transition-stage.ts';
import { updateVersion } from './model-versions/update.ts';
import { health, version } from './pages.ts';
import { createModel } from './registered-models/create.ts';
import { deleteModel } from './registered-models/delete.ts';
import { deleteAlias } from './registered-models/delete-alias.ts';
import { deleteModelTag } from './registered-models/delete-tag.ts';
import { getModel } from './registered-models/get.ts';
import { getAlias } from './registered-models/get-alias.ts';
import {
  getLatestVersions,
  getLatestVersionsByQuery,
} from './registered-models/get-latest-versions.ts';
import { renameModel } from './registered-models/rename.ts';
import { searchModels } from './registered-models/search.ts';
import { setAlias } from './registered-models/set-alias.ts';
import { setModelTag } from './registered-models/set-tag.ts';
import { updateModel } from './registered-models/update.ts';
import { createRun } from './runs/create.ts';
import { deleteRun } from './runs/delete.ts';
import { deleteRunTag } from './runs/delete-tag.ts';
import { getRun } from './runs/get.ts';
import { getMetricHistory } from './runs/get-metric-history.ts';
import { logBatch } from './runs/log-batch.ts';
import { logMetric } from './runs/log-metric.ts';
import { logOutputs } from './runs/log-outputs.ts';
import { logParameter } from './runs/log-parameter.ts';
import { restoreRun } from './runs/restore.ts';
import { searchRuns } from './runs/search.ts';
import { setRunTag } from './runs/set-tag.ts';
import { updateRun } from './runs/update.ts';
import type { Mlflow } from './state.ts';
import { createWebhook } from './webhooks/create.ts';
import { deleteWebhook } from './webhooks/delete.ts';
import { openDeliveries } from './webhooks/deliveries.ts';
import { getWebhook } from './webhooks/get.ts';
import { listWebhooks } from './webhooks/list.ts';
import { testWebhook } from './webhooks/send-test.ts';
import { openSubscriberCache } from './webhooks/subscribers.ts';
import { updateWebhook } from './webhooks/update.ts';
import type { Webhook } from './webhooks/webhook.ts';

const OPEN: readonly Action<Mlflow>[] = [health, version];

const ACTIONS: readonly Action<Mlflow>[] = [
  createModel,
  getModel,
  updateModel,
  renameModel,
  deleteModel,
  searchModels,
  getLatestVersions,
  getLatestVersionsByQuery,
  setModelTag,
  deleteModelTag,
  setAlias,
  getAlias,
  deleteAlias,
  createVersion,
  getVersion,
  updateVersion,
  deleteVersion,
  searchVersions,
  setVersionTag,
  deleteVersionTag,
  transitionStage,
  getDownloadUri,
  createExperiment,
  getExperiment,
  getExperimentByName,
  searchExperiments,
  searchExperimentsByQuery,
  updateExperiment,
  deleteExperiment,
  restoreExperiment,
  setExperimentTag,
  createRun,
  getRun,
  updateRun,
  deleteRun,
  restoreRun,
  logMetric,
  logParameter,
  logBatch,
  logOutputs,
  setRunTag,
  deleteRunTag,
  searchRuns,
  getMetricHistory,
  searchLoggedModels,
  createLoggedModel,
  getLoggedModel,
  finalizeLoggedModel,
  deleteLoggedModel,
  setLoggedModelTags,
  logLoggedModelParams,
  createWebhook,
  listWebhooks,
  getWebhook,
  updateWebhook,
  deleteWebhook,
  testWebhook,
];

/** An MLflow server with a SQL store: experiments, runs, a model registry, and its lossy webhooks. */
export async function openMlflow(
  config: MlflowConfig,
  tools: Omit<SandboxTools, 'tokens'>,
): Promise<{ readonly service: Service; readonly close: () => Promise<void> }> {
  const artifactRoot = join(tools.workDir, 'mlflow', 'artifacts');
  await mkdir(artifactRoot, { recursive: true });
  for (const { password } of config.users) tools.hidden.add(password);
  const stop = new AbortController();
  const mlflow = serverIn(config, tools, artifactRoot, stop.signal);
  const host = config.host.toLowerCase();
  const actions = [...OPEN, ...ACTIONS.map(withPassword)];
  const service = defineService({
    name: 'mlflow',
    serves: (asked) => asked.toLowerCase() === host,
    actions,
    state: mlflow,
    now: tools.clock.now,
    notFound: (request) => noSuchRoute(allowedAt(actions, new URL(request.url).pathname)),
    onError: answerError,
  });
  return {
    service,
    async close() {
      stop.abort();
      await mlflow.deliveries.close();
    },
  };
}

function serverIn(
  config: MlflowConfig,
  tools: Omit<SandboxTools, 'tokens'>,
  artifactRoot: string,
  closing: AbortSignal,
): Mlflow {
  const webhooks = new Map<string, Webhook>();
  const { now } = tools.clock;
  const ttlMs = config.webhook_cache_ttl * 1000;
  const atMs = now();
  const byDefault = {
    id: '0',
    name: 'Default',
    artifactLocation: join(artifactRoot, '0'),
    createdMs: atMs,
    updatedMs: atMs,
    stage: 'active' as const,
    tags: new Map(),
  };
  return {
    config,
    tools,
    artifactRoot,
    experiments: new Map([[byDefault.id, byDefault]]),
    runs: new Map(),
    loggedModels: new Map(),
    models: new Map(),
    webhooks,
    subscribers: openSubscriberCache({ webhooks, ttlMs, now }),
    deliveries: openDeliveries(),
    closing,
  };
}

/** The methods that a path has, as Flask lists them for one that is asked for with another. */
function allowedAt(actions: readonly Action<Mlflow>[], path: string): readonly string[] {
  const methods = actions.filter((action) => isLike(action.path, path)).map(({ method }) => method);
  if (methods.length === 0) return [];
  const heads = methods.includes('GET') ? ['HEAD'] : [];
  return [...new Set([...methods, ...heads, 'OPTIONS'])];
}

function isLike(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const parts = path.split('/');
  return (
    wanted.length === parts.length &&
    wanted.every((one, index) => one.startsWith(':') || one === parts[index])
  );
}
