import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import type { Mlflow } from '../state.ts';
import { runWith } from './run.ts';

export const restoreRun: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/runs/restore',
  source: 'recorded from MLflow 3.17.2; sqlalchemy_store.py, restore_run',
  async handle(call) {
    const { run_id: id } = await messageOf(call, { run_id: need(Text) });
    runWith(call.state, id).stage = 'active';
    return answer({});
  },
};
