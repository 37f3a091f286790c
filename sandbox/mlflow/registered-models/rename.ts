import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import { alreadyExists } from '../mlflow-error.ts';
import { checkModelName } from '../names.ts';
import type { Mlflow } from '../state.ts';
import { modelJson, modelNamed } from './model.ts';

/** What MLflow says after `Error: ` is its database's text; this one is ours. */
const NOT_UNIQUE = 'UNIQUE constraint failed: registered_models.workspace, registered_models.name';

export const renameModel: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/registered-models/rename',
  source: 'recorded from MLflow 3.17.2; mlflow/server/handlers.py, _rename_registered_model',
  async handle(call) {
    const order = await messageOf(call, { name: need(Text), new_name: need(Text) });
    const { models } = call.state;
    checkModelName(order.new_name, 'new_name');
    const model = modelNamed(call.state, order.name);
    if (models.has(order.new_name) && order.new_name !== model.name) {
      throw alreadyExists(
        `Registered Model (name=${order.new_name}) already exists. Error: ${NOT_UNIQUE}`,
      );
    }
    models.delete(model.name);
    model.name = order.new_name;
    model.updatedMs = call.now();
    for (const version of model.versions) {
      version.name = order.new_name;
      version.updatedMs = model.updatedMs;
    }
    models.set(model.name, model);
    return answer({ registered_model: modelJson(model) });
  },
};
