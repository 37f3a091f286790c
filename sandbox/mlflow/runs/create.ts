import { randomUUID } from 'node:crypto';
import { posix } from 'node:path';

import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { checkIsActive, experimentWith } from '../experiments/experiment.ts';
import { Int, messageOf, Text, unchecked } from '../message.ts';
import { invalidParameter, MlflowError } from '../mlflow-error.ts';
import type { Mlflow } from '../state.ts';
import { Tags, tagMap } from '../tag.ts';
import { randomName } from './random-name.ts';
import { RUN_NAME, type Run, runJson } from './run.ts';

const CreateRun = {
  experiment_id: Text,
  user_id: unchecked(Text),
  run_name: Text,
  start_time: Int,
  tags: unchecked(Tags),
};

/** What follows in MLflow's text is the statement that its database refused. */
const NO_EXPERIMENT = '(sqlite3.IntegrityError) FOREIGN KEY constraint failed';

export const createRun: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/runs/create',
  source: 'recorded from MLflow 3.8.2 and 3.17.2: the answer has no outputs yet',
  async handle(call) {
    const order = await messageOf(call, CreateRun);
    const experiment = experimentWith(call.state, order.experiment_id ?? '');
    checkIsActive(experiment);
    if (!order.experiment_id) throw new MlflowError('BAD_REQUEST', NO_EXPERIMENT);
    const tags = tagMap(order.tags);
    const name = nameOf(order.run_name ?? '', tags.get(RUN_NAME) ?? '');
    tags.set(RUN_NAME, name);
    const id = randomUUID().replaceAll('-', '');
    const run: Run = {
      id,
      experimentId: experiment.id,
      name,
      userId: order.user_id ?? '',
      status: 'RUNNING',
      startMs: order.start_time ?? 0,
      endMs: null,
      artifactUri: `${experiment.artifactLocation}/${posix.join(id, 'artifacts')}`,
      stage: 'active',
      tags,
      params: new Map(),
      latest: new Map(),
      metrics: [],
      outputs: [],
    };
    call.state.runs.set(id, run);
    return answer({ run: { ...runJson(run), outputs: undefined } });
  },
};

function nameOf(asked: string, tagged: string): string {
  if (asked && tagged && asked !== tagged) {
    throw invalidParameter(
      "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values " +
        `(run_name='${asked}', mlflow.runName='${tagged}').`,
    );
  }
  return asked || tagged || randomName();
}
