import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, need, Text } from '../message.ts';
import { alreadyExists } from '../mlflow-error.ts';
import { checkModelName, checkRegistryTag } from '../names.ts';
import { pythonRepr } from '../python-repr.ts';
import type { Mlflow } from '../state.ts';
import { Tags, tagMap } from '../tag.ts';
import { publish } from '../webhooks/publish.ts';
import { IS_PROMPT, isPrompt, type Model, modelJson } from './model.ts';

const CreateModel = { name: need(Text), tags: Tags, description: Text };

/** What makes a model a prompt is not repeated to those who hear of a prompt. */
const PROMPT_TAGS = new Set([IS_PROMPT, '_mlflow_prompt_type']);

export const createModel: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/registered-models/create',
  source:
    'recorded from MLflow 3.8.2 and 3.17.2; mlflow/server/handlers.py, _create_registered_model',
  async handle(call) {
    const order = await messageOf(call, CreateModel);
    const { name, description = '' } = order;
    checkModelName(name);
    for (const { key = '', value = '' } of order.tags) checkRegistryTag(key, value);
    const tags = tagMap(order.tags);
    refuseSecond(call.state.models.get(name), name, isPrompt(tags));

    const atMs = call.now();
    const model: Model = {
      name,
      createdMs: atMs,
      updatedMs: atMs,
      description,
      tags,
      aliases: new Map(),
      versions: [],
    };
    call.state.models.set(name, model);
    const told = isPrompt(tags) ? [...tags].filter(([key]) => !PROMPT_TAGS.has(key)) : [...tags];
    publish(call.state, isPrompt(tags) ? 'prompt.created' : 'registered_model.created', {
      name,
      tags: Object.fromEntries(told),
      description,
    });
    return answer({ registered_model: modelJson(model) });
  },
};

/** Source: mlflow/prompt/registry_utils.py, handle_resource_already_exist_error. */
function refuseSecond(existing: Model | undefined, name: string, willBePrompt: boolean): void {
  if (!existing) return;
  const [old, fresh] = [isPrompt(existing.tags), willBePrompt].map(kindName);
  if (old === fresh) throw alreadyExists(`${fresh} (name=${name}) already exists.`);
  throw alreadyExists(
    `Tried to create a ${fresh?.toLowerCase()} with name ${pythonRepr(name)}, but the name is already ` +
      `taken by a ${old?.toLowerCase()}. MLflow does not allow creating a model and a prompt with the ` +
      'same name.',
  );
}

function kindName(prompt: boolean): string {
  return prompt ? 'Prompt' : 'Registered Model';
}
