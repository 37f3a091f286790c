import type { AzureDevops, Definition } from '../state.ts';

/** Puts a definition beside the others, with the next id. */
export function addDefinition(
  state: AzureDevops,
  said: Omit<Definition, 'id' | 'revision'>,
): Definition {
  state.lastDefinitionId += 1;
  const definition = { id: state.lastDefinitionId, revision: 1, ...said };
  state.definitions.push(definition);
  return definition;
}
