import { z } from 'zod';

import type { AzureDevopsClient } from './azure-devops-client.ts';

interface PipelineRunRequest {
  readonly pipeline: number;
  /** In full: `refs/heads/main`; null: the pipeline's own branch. */
  readonly refName: string | null;
  /** Declared in the pipeline's YAML; text on the wire, whatever their type there. */
  readonly templateParameters: Readonly<Record<string, string>>;
  /** Only those that the definition lists as settable at queue time. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * The part of a new run that we read; its id is the id of a build, too.
 * Source: `Run` in MicrosoftDocs/vsts-rest-api-specs, specification/pipelines/7.1/pipelines.json
 */
const StartedRun = z.object({
  id: z.int().positive(),
  _links: z.object({ web: z.object({ href: z.url({ protocol: /^https?$/ }) }) }),
});
type StartedRun = z.infer<typeof StartedRun>;

/**
 * Starts a pipeline. There is no key against doubles: put one of your own into the parameters.
 *
 * @throws {UncertainError} it may have started: look for it before starting again
 * Source: `RunPipelineParameters` in vsts-rest-api-specs, specification/pipelines/7.1/pipelines.json
 */
export async function runPipeline(
  client: AzureDevopsClient,
  { pipeline, refName, templateParameters, variables }: PipelineRunRequest,
  signal: AbortSignal,
): Promise<StartedRun> {
  const body = {
    ...(refName !== null && { resources: { repositories: { self: { refName } } } }),
    templateParameters,
    variables: Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, { value, isSecret: false }]),
    ),
  };
  return await client.post({ path: `pipelines/${pipeline}/runs`, body, signal }, StartedRun);
}
