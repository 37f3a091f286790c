import { type Message, nested, oneOf, unchecked } from '../message.ts';
import { invalidParameter } from '../mlflow-error.ts';
import { Float } from '../python-json.ts';
import { pythonList } from '../python-repr.ts';

/** Source: mlflow/mlflow mlflow/protos/webhooks.proto, WebhookEntity. */
const ENTITIES = {
  ENTITY_UNSPECIFIED: 0,
  REGISTERED_MODEL: 1,
  MODEL_VERSION: 2,
  MODEL_VERSION_TAG: 3,
  MODEL_VERSION_ALIAS: 4,
  PROMPT: 5,
  PROMPT_VERSION: 6,
  PROMPT_TAG: 7,
  PROMPT_VERSION_TAG: 8,
  PROMPT_ALIAS: 9,
  BUDGET_POLICY: 10,
} as const;

const ACTIONS = {
  ACTION_UNSPECIFIED: 0,
  CREATED: 1,
  UPDATED: 2,
  DELETED: 3,
  SET: 4,
  EXCEEDED: 5,
} as const;

export const EventMessage = nested({
  entity: unchecked(oneOf(ENTITIES)),
  action: unchecked(oneOf(ACTIONS)),
});
type EventMessage = Message<{
  readonly entity: ReturnType<typeof oneOf<keyof typeof ENTITIES>>;
  readonly action: ReturnType<typeof oneOf<keyof typeof ACTIONS>>;
}>;

const SAMPLE = { name: 'example_model', version: '1' };
const TAGS = { tags: { example_key: 'example_value' } };
const TAG = { key: 'example_key', value: 'example_value' };
const ALIAS = { name: 'example_model', alias: 'example_alias' };

/**
 * All that can be heard of, with what the test call sends. There is none for stages.
 *
 * Source: mlflow/mlflow mlflow/entities/webhook.py, VALID_ENTITY_ACTIONS; mlflow/webhooks/types.py.
 */
const EXAMPLES = {
  'registered_model.created': {
    name: 'example_model',
    ...TAGS,
    description: 'An example registered model',
  },
  'model_version.created': {
    ...SAMPLE,
    source: 'models:/123',
    run_id: 'abcd1234abcd5678',
    ...TAGS,
    description: 'An example model version',
  },
  'model_version_tag.set': { ...SAMPLE, ...TAG },
  'model_version_tag.deleted': { ...SAMPLE, key: TAG.key },
  'model_version_alias.created': { ...ALIAS, version: '1' },
  'model_version_alias.deleted': ALIAS,
  'prompt.created': { name: 'example_prompt', ...TAGS, description: 'An example prompt' },
  'prompt_version.created': {
    name: 'example_prompt',
    version: '1',
    template: 'Hello {{name}}!',
    ...TAGS,
    description: 'An example prompt version',
  },
  'prompt_tag.set': { name: 'example_prompt', ...TAG },
  'prompt_tag.deleted': { name: 'example_prompt', key: TAG.key },
  'prompt_version_tag.set': { name: 'example_prompt', version: '1', ...TAG },
  'prompt_version_tag.deleted': { name: 'example_prompt', version: '1', key: TAG.key },
  'prompt_alias.created': { name: 'example_prompt', alias: 'example_alias', version: '1' },
  'prompt_alias.deleted': { name: 'example_prompt', alias: 'example_alias' },
  'budget_policy.exceeded': {
    budget_policy_id: 'bp-abc123',
    budget_unit: 'USD',
    budget_amount: new Float(100),
    current_spend: new Float(105.5),
    duration_unit: 'MONTHS',
    duration_value: 1,
    target_scope: 'ENDPOINT',
    workspace: 'default',
    target_value: 'ep-abc123',
    window_start: 1_704_067_200_000,
  },
} as const;

/** `model_version.created` */
export type Event = keyof typeof EXAMPLES;

export function exampleOf(event: Event): object {
  return EXAMPLES[event];
}

function isEvent(text: string): text is Event {
  return Object.hasOwn(EXAMPLES, text);
}

/** Entity and action as deliveries spell them. */
export function partsOf(event: Event): { readonly entity: string; readonly action: string } {
  const [entity = '', action = ''] = event.split('.');
  return { entity, action };
}

/**
 * The event that a request means: `{"entity": "MODEL_VERSION", "action": "CREATED"}`.
 *
 * A name that MLflow does not know, in lower case for one, is no refusal: it fails, with a 500.
 * @throws {MlflowError} 400, these two do not go together
 */
export function eventIn({
  entity = 'ENTITY_UNSPECIFIED',
  action = 'ACTION_UNSPECIFIED',
}: EventMessage): Event {
  if (entity === 'ENTITY_UNSPECIFIED' || action === 'ACTION_UNSPECIFIED') {
    throw new TypeError('neither can be unspecified');
  }
  const event = `${entity}.${action}`.toLowerCase();
  if (isEvent(event)) return event;
  const valid = Object.keys(EXAMPLES)
    .filter(isEvent)
    .map(partsOf)
    .filter((parts) => parts.entity === entity.toLowerCase())
    .map((parts) => parts.action)
    .toSorted();
  throw invalidParameter(
    `Invalid action '${action.toLowerCase()}' for entity '${entity.toLowerCase()}'. Valid actions are: ` +
      pythonList(valid),
  );
}

/** As the REST API shows it, in upper case. */
export function eventJson(event: Event) {
  const { entity, action } = partsOf(event);
  return { entity: entity.toUpperCase(), action: action.toUpperCase() };
}
