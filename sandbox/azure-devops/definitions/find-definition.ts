import type { AzureDevops, Definition } from '../state.ts';
import { VssError } from '../vss-error.ts';

/** @throws {VssError} no such definition */
export function findDefinition(state: AzureDevops, id: string | undefined): Definition {
  const found = state.definitions.find((definition) => String(definition.id) === id);
  if (found) return found;
  throw new VssError(
    404,
    'DefinitionNotFoundException',
    `Build definition ${id} not found.`,
    'Microsoft.TeamFoundation.Build.WebApi',
  );
}
