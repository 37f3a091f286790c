import type { AzureDevopsCall, VariableGroup } from '../state.ts';
import { VssError } from '../vss-error.ts';

/** @throws {VssError} no such variable group */
export function findGroup({ state, params }: AzureDevopsCall): VariableGroup {
  const group = state.groups.find(({ id }) => String(id) === params['group']);
  if (group) return group;
  const message = `Variable group with id ${params['group']} does not exist.`;
  throw new VssError(404, 'VariableGroupNotFoundException', message);
}
