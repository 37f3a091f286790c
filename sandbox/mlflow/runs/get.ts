import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text, unchecked } from '../message.ts';
import type { Mlflow } from '../state.ts';
import { runJson, runWith } from './run.ts';

export const getRun: Action<Mlflow> = {
  method: 'GET',
  path: '/api/2.0/mlflow/runs/get',
  source: 'recorded from MLflow 3.8.2 and 3.17.2: run_uuid is the old name of run_id',
  async handle(call) {
    const { run_id: id, run_uuid: uuid = '' } = await messageOf(call, {
      run_id: need(Text),
      run_uuid: unchecked(Text),
    });
    return answer({ run: runJson(runWith(call.state, id || uuid)) });
  },
};
