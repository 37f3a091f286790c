import type { Problems } from '../yaml/problems.ts';
import type { Position, Tree } from '../yaml/tree.ts';
import { type Fields, readFields } from './fields.ts';
import type { CheckoutStep } from './pipeline.ts';
import { commonKeys, readCommon, type StepRead, unrestricted } from './read-common.ts';

const shape = {
  known: [
    ...commonKeys,
    'checkout',
    'clean',
    'fetchDepth',
    'fetchTags',
    'persistCredentials',
    'path',
  ],
  refused: [
    'lfs',
    'submodules',
    'fetchFilter',
    'sparseCheckoutDirectories',
    'sparseCheckoutPatterns',
    'workspaceRepo',
  ],
};

/** `checkout:`. Source: steps-checkout.md of MicrosoftDocs/azure-devops-yaml-schema */
export function readCheckout(tree: Tree, problems: Problems): StepRead {
  const fields = readFields(tree, shape, problems);
  if (!fields) return null;
  const repository = fields.text('checkout') ?? '';
  if (repository.toLowerCase() === 'none') return 'no checkout';
  const base = readCommon(fields, 'Checkout', problems);
  if (base === 'disabled') return base;
  return {
    ...base,
    kind: 'checkout',
    displayName: fields.text('displayName') ?? '',
    repository: repository.toLowerCase() === 'self' ? 'self' : repository,
    ...optionsOf(fields),
  };
}

function optionsOf(fields: Fields) {
  return {
    fetchDepth: fields.count('fetchDepth') ?? 1,
    fetchTags: fields.flag('fetchTags') ?? false,
    persistCredentials: fields.flag('persistCredentials') ?? false,
    path: fields.text('path') ?? null,
  };
}

/** The checkout that a job starts with unless it says otherwise. */
export function implicitCheckout(at: Position): CheckoutStep {
  return {
    kind: 'checkout',
    at,
    name: '',
    displayName: '',
    condition: null,
    continueOnError: false,
    env: [],
    timeoutMinutes: null,
    retries: 0,
    restrictions: unrestricted,
    repository: 'self',
    fetchDepth: 1,
    fetchTags: false,
    persistCredentials: false,
    path: null,
  };
}
