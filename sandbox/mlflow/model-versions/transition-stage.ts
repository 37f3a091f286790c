import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { Flag, messageOf, need, Text } from '../message.ts';
import { MlflowError } from '../mlflow-error.ts';
import { checkModelName } from '../names.ts';
import { pythonList } from '../python-repr.ts';
import type { Mlflow } from '../state.ts';
import { ACTIVE_STAGES, aliasesOf, stageNamed, versionJson, versionOf } from './version.ts';

const TransitionStage = {
  name: need(Text),
  version: need(Text),
  stage: need(Text),
  archive_existing_versions: Flag,
};

/** No webhook hears of it: MLflow has no event for stages. */
export const transitionStage: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/model-versions/transition-stage',
  source:
    'recorded from MLflow 3.8.2 and 3.17.2; sqlalchemy_store.py, transition_model_version_stage',
  async handle(call) {
    const order = await messageOf(call, TransitionStage);
    const stage = stageNamed(order.stage);
    const isArchiving = order.archive_existing_versions ?? false;
    if (isArchiving && !ACTIVE_STAGES.includes(stage)) {
      throw new MlflowError(
        'INTERNAL_ERROR',
        'Model version transition cannot archive existing model versions because ' +
          `'${order.stage}' is not an Active stage. Valid stages are ${pythonList(ACTIVE_STAGES)}`,
      );
    }
    checkModelName(order.name);
    const [model, version] = versionOf(call.state, order.name, order.version);
    const atMs = call.now();
    for (const other of isArchiving ? model.versions : []) {
      if (other === version || other.isDeleted || other.stage !== stage) continue;
      other.stage = 'Archived';
      other.updatedMs = atMs;
    }
    version.stage = stage;
    version.updatedMs = atMs;
    model.updatedMs = atMs;
    return answer({ model_version: versionJson(version, aliasesOf(model, version)) });
  },
};
