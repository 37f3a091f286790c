import { z } from 'zod';

import type { AzureDevopsClient } from './azure-devops-client.ts';

interface Preview {
  readonly pipeline: number;
  /** In full: `refs/heads/main`; null: the pipeline's own branch. */
  readonly refName: string | null;
  readonly templateParameters: Readonly<Record<string, string>>;
}

/**
 * Has Azure DevOps work out a pipeline's YAML with these parameters, and starts nothing.
 *
 * @throws {PermanentError} code `REFUSED`: an unknown parameter, a value that is not of its type …
 * Source: `Preview_Preview` in vsts-rest-api-specs, specification/pipelines/7.1/pipelines.json
 */
export async function previewPipeline(
  client: AzureDevopsClient,
  { pipeline, refName, templateParameters }: Preview,
  signal: AbortSignal,
): Promise<void> {
  const body = {
    previewRun: true,
    templateParameters,
    ...(refName !== null && { resources: { repositories: { self: { refName } } } }),
  };
  const path = `pipelines/${pipeline}/preview`;
  await client.post({ path, body, signal, repeatable: true }, z.unknown());
}
