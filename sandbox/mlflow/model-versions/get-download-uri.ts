import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, Text, unchecked } from '../message.ts';
import { checkModelName, versionNumber } from '../names.ts';
import type { Mlflow } from '../state.ts';
import { versionOf } from './version.ts';

export const getDownloadUri: Action<Mlflow> = {
  method: 'GET',
  path: '/api/2.0/mlflow/model-versions/get-download-uri',
  source: 'recorded from MLflow 3.8.2 and 3.17.2',
  async handle(call) {
    const { name = '', version = '' } = await messageOf(call, {
      name: unchecked(Text),
      version: unchecked(Text),
    });
    checkModelName(name);
    versionNumber(version);
    return answer({ artifact_uri: versionOf(call.state, name, version)[1].storage });
  },
};
