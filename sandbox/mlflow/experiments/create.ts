import { join } from 'node:path';

import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import { alreadyExists, invalidParameter } from '../mlflow-error.ts';
import { checkKey, checkLength } from '../names.ts';
import type { Mlflow } from '../state.ts';
import { Tags, tagMap } from '../tag.ts';

const CreateExperiment = { name: need(Text), artifact_location: Text, tags: Tags };

/** What MLflow says after `Error: ` is its database's text; this one is ours. */
const NOT_UNIQUE = 'UNIQUE constraint failed: experiments.workspace, experiments.name';

export const createExperiment: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/experiments/create',
  source: 'recorded from MLflow 3.8.2 and 3.17.2: a deleted one keeps its name',
  async handle(call) {
    const {
      name,
      artifact_location: location = '',
      tags,
    } = await messageOf(call, CreateExperiment);
    const { experiments, artifactRoot } = call.state;
    if (location.startsWith('runs:')) {
      throw invalidParameter(`Artifact location cannot be a runs:/ URI. Given: '${location}'`);
    }
    checkLength('name', name, 500);
    for (const { key = '', value = '' } of tags) {
      checkKey(key);
      checkLength('key', key, 250);
      checkLength('value', value, 20_000);
    }
    if ([...experiments.values()].some((one) => one.name === name)) {
      throw alreadyExists(`Experiment(name=${name}) already exists. Error: ${NOT_UNIQUE}`);
    }
    const id = String(Math.max(-1, ...[...experiments.keys()].map(Number)) + 1);
    const atMs = call.now();
    experiments.set(id, {
      id,
      name,
      artifactLocation: location || join(artifactRoot, id),
      createdMs: atMs,
      updatedMs: atMs,
      stage: 'active',
      tags: tagMap(tags),
    });
    return answer({ experiment_id: id });
  },
};
