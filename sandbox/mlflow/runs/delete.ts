import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import type { Mlflow } from '../state.ts';
import { runWith } from './run.ts';

export const deleteRun: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/runs/delete',
  source: 'recorded from MLflow 3.17.2; sqlalchemy_store.py, delete_run',
  async handle(call) {
    const { run_id: id } = await messageOf(call, { run_id: need(Text) });
    runWith(call.state, id).stage = 'deleted';
    return answer({});
  },
};
