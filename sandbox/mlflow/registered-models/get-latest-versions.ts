import type { Action, Call } from '../../kit/action.ts';
import { answer, unlessEmpty } from '../answer.ts';
import { messageOf, need, Text, Texts } from '../message.ts';
import { aliasesOf, latestVersions, stageNamed, versionJson } from '../model-versions/version.ts';
import type { Mlflow } from '../state.ts';
import { modelNamed } from './model.ts';

const path = '/api/2.0/mlflow/registered-models/get-latest-versions';

/** The Python client posts. */
export const getLatestVersions: Action<Mlflow> = {
  method: 'POST',
  path,
  source: 'recorded from MLflow 3.8.2 and 3.17.2',
  handle: latest,
};

export const getLatestVersionsByQuery: Action<Mlflow> = {
  method: 'GET',
  path,
  source: 'mlflow/protos/model_registry.proto names both methods; recorded from MLflow 3.17.2',
  handle: latest,
};

async function latest(call: Call<Mlflow>): Promise<Response> {
  const { name, stages } = await messageOf(call, { name: need(Text), stages: Texts });
  const model = modelNamed(call.state, name);
  const wanted = stages.map(stageNamed);
  const versions = latestVersions(model)
    .filter(({ stage }) => wanted.length === 0 || wanted.includes(stage))
    .map((version) => versionJson(version, aliasesOf(model, version)));
  return answer({ model_versions: unlessEmpty(versions) });
}
