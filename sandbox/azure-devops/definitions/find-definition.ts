import type { AzureDevops, Definition } from '../state.ts';
import { buildError } from '../vss-error.ts';

/** @throws {VssError} no such definition */
export function findDefinition(state: AzureDevops, id: string | undefined): Definition {
  const found = state.definitions.find((definition) => String(definition.id) === id);
  if (found) return found;
  throw buildError(404, 'DefinitionNotFoundException', `Build pipeline ${id} was not found.`);
}
