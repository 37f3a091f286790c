import { randomUUID } from 'node:crypto';

import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { checkIsActive, experimentWith } from '../experiments/experiment.ts';
import { messageOf, need, Text } from '../message.ts';
import { randomName } from '../runs/random-name.ts';
import type { Mlflow } from '../state.ts';
import { Tags, tagMap } from '../tag.ts';
import { type LoggedModel, loggedModelJson } from './logged-model.ts';

const CreateLoggedModel = {
  experiment_id: need(Text),
  name: Text,
  model_type: Text,
  source_run_id: Text,
  params: Tags,
  tags: Tags,
};

export const createLoggedModel: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/logged-models',
  source: 'recorded from MLflow 3.17.2; sqlalchemy_store.py, create_logged_model',
  async handle(call) {
    const order = await messageOf(call, CreateLoggedModel);
    const experiment = experimentWith(call.state, order.experiment_id);
    checkIsActive(experiment);
    const id = `m-${randomUUID().replaceAll('-', '')}`;
    const model: LoggedModel = {
      id,
      experimentId: experiment.id,
      name: order.name || randomName(),
      artifactLocation: `${experiment.artifactLocation}/models/${id}/artifacts`,
      modelType: order.model_type ?? '',
      sourceRunId: order.source_run_id ?? '',
      createdMs: call.now(),
      updatedMs: call.now(),
      status: 'LOGGED_MODEL_PENDING',
      tags: tagMap(order.tags),
      params: tagMap(order.params),
      isDeleted: false,
    };
    call.state.loggedModels.set(id, model);
    return answer({ model: loggedModelJson(model) });
  },
};
