import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, oneOf, Text, unchecked } from '../message.ts';
import type { Mlflow } from '../state.ts';
import { LOGGED_MODEL_STATUS, loggedModelJson, loggedModelWith } from './logged-model.ts';

const FinalizeLoggedModel = {
  model_id: need(Text),
  status: unchecked(oneOf(LOGGED_MODEL_STATUS)),
};

export const finalizeLoggedModel: Action<Mlflow> = {
  method: 'PATCH',
  path: '/api/2.0/mlflow/logged-models/:id',
  source: 'recorded from MLflow 3.17.2: the id in the body counts',
  async handle(call) {
    const order = await messageOf(call, FinalizeLoggedModel);
    const model = loggedModelWith(call.state, order.model_id);
    model.status = order.status ?? model.status;
    model.updatedMs = call.now();
    return answer({ model: loggedModelJson(model) });
  },
};
