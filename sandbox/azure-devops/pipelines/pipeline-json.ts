import { linksOf } from '../links.ts';
import type { AzureDevops, Definition } from '../state.ts';

/** A pipeline as others refer to it. Source: specification/pipelines/7.1 of vsts-rest-api-specs */
export function pipelineReference(
  state: AzureDevops,
  { id, name, folder, revision: newest }: Definition,
  revision = newest,
) {
  return { url: linksOf(state).pipeline(id, revision), id, revision, name, folder };
}

/** A pipeline as lists have it: without its configuration. */
export function pipelineJson(state: AzureDevops, definition: Definition) {
  const links = linksOf(state);
  return {
    _links: {
      self: { href: links.pipeline(definition.id, definition.revision) },
      web: { href: links.pipelineWeb(definition.id) },
    },
    ...pipelineReference(state, definition),
  };
}
