import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import { doesNotExist } from '../mlflow-error.ts';
import type { Mlflow } from '../state.ts';
import { activeRun } from './run.ts';

export const deleteRunTag: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/runs/delete-tag',
  source: 'recorded from MLflow 3.17.2: here, one that is not there is a 404',
  async handle(call) {
    const { run_id: id, key } = await messageOf(call, { run_id: need(Text), key: need(Text) });
    if (!activeRun(call.state, id).tags.delete(key)) {
      throw doesNotExist(`No tag with name: ${key} in run with id ${id}`);
    }
    return answer({});
  },
};
