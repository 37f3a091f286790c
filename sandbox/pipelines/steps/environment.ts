import { delimiter } from 'node:path';

import { variableEnvironment } from '../variables/variable-environment.ts';
import type { JobContext } from './job-context.ts';

/**
 * The environment of a step. Nothing of the sandbox's own environment is in it but `PATH`.
 *
 * A public variable wins over an entry of `env:` with its name; secrets are there only where
 * `env:` names them.
 *
 * Source: microsoft/azure-pipelines-agent, src/Agent.Worker/Handlers/Handler.cs
 */
export function stepEnvironment(
  job: JobContext,
  env: readonly (readonly [string, string])[],
): Record<string, string> {
  const explicit = env.map(([name, value]) => [name, job.variables.expand(value)] as const);
  return {
    HOME: job.dirs.home,
    LANG: 'C.UTF-8',
    ...job.deps.childEnvironment(),
    ...Object.fromEntries(explicit),
    ...variableEnvironment(job.variables.all()),
    PATH: [...job.path, job.deps.path].join(delimiter),
  };
}
