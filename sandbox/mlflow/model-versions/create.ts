import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import { checkRegistryTag } from '../names.ts';
import { isPrompt, modelNamed } from '../registered-models/model.ts';
import type { Mlflow } from '../state.ts';
import { Tags, tagMap } from '../tag.ts';
import { publish } from '../webhooks/publish.ts';
import { resolveSource } from './source.ts';
import { type Version, versionJson } from './version.ts';

const CreateVersion = {
  name: need(Text),
  source: need(Text),
  run_id: Text,
  tags: Tags,
  run_link: Text,
  description: Text,
  model_id: Text,
};

/** What makes a version one of a prompt, and its text, are not among the tags that are told. */
const PROMPT_TAGS = new Set([
  'mlflow.prompt.is_prompt',
  'mlflow.prompt.text',
  '_mlflow_prompt_type',
]);

export const createVersion: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/model-versions/create',
  source: 'recorded from MLflow 3.8.2 and 3.17.2; mlflow/server/handlers.py, _create_model_version',
  async handle(call) {
    const order = await messageOf(call, CreateVersion);
    const { name, description = '' } = order;
    const tags = tagMap(order.tags);
    const origin = resolveSource(call.state, order, isPrompt(tags));
    for (const [key, value] of tags) checkRegistryTag(key, value);
    const model = modelNamed(call.state, name);
    const atMs = call.now();
    const version: Version = {
      number: (model.versions.at(-1)?.number ?? 0) + 1,
      name,
      createdMs: atMs,
      updatedMs: atMs,
      stage: 'None',
      description,
      ...origin,
      runLink: order.run_link ?? '',
      tags,
      isDeleted: false,
    };
    model.versions.push(version);
    model.updatedMs = atMs;
    tell(call.state, version);
    return answer({ model_version: versionJson(version) });
  },
};

/** As it was asked for: tags that are set later are told on their own. */
function tell(mlflow: Mlflow, { name, number, tags, source, runId, description }: Version): void {
  const version = String(number);
  if (isPrompt(tags)) {
    const others = [...tags].filter(([key]) => !PROMPT_TAGS.has(key));
    publish(mlflow, 'prompt_version.created', {
      name,
      version,
      template: tags.get('mlflow.prompt.text') ?? null,
      tags: Object.fromEntries(others),
      description: description || null,
    });
    return;
  }
  publish(mlflow, 'model_version.created', {
    name,
    version,
    source,
    run_id: runId || null,
    tags: Object.fromEntries(tags),
    description: description || null,
  });
}
