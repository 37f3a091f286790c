import type { Identity } from '../identity.ts';
import type { AzureDevops } from '../state.ts';
import { VssError } from '../vss-error.ts';
import { namespaces, type SecurityNamespace } from './namespaces.ts';
import { has } from './rights.ts';

/** @throws {VssError} there is no such namespace */
export function findNamespace(id: string | undefined): SecurityNamespace {
  const found = namespaces.find((one) => one.id === id?.toLowerCase());
  if (found) return found;
  throw new VssError(
    404,
    'SecurityNamespaceNotFoundException',
    `TF50620: The security namespace ${id} does not exist.`,
    'Microsoft.VisualStudio.Services.Security',
    'Microsoft.VisualStudio.Services.WebApi',
  );
}

/** Whether somebody has every permission of a mask: a sum of bits means all of them. */
export function hasAll(
  state: AzureDevops,
  who: Identity,
  namespace: SecurityNamespace,
  mask: number,
): boolean {
  if (!Number.isSafeInteger(mask) || mask < 0) {
    throw new VssError(400, 'VssPropertyValidationException', 'The permissions are not a number.');
  }
  const asked = namespace.rights.filter(({ bit }) => Math.floor(mask / bit) % 2 === 1);
  const known = asked.reduce((sum, { bit }) => sum + bit, 0);
  // Nobody has what does not exist.
  return known === mask && asked.every((right) => has(state, who, namespace, right));
}
