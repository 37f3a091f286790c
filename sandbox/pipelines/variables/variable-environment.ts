import type { Variable } from './variable-set.ts';

/**
 * The name under which a variable is found in the environment of a step: `MODEL_NAME` for
 * `model.name`.
 * Source: microsoft/azure-pipelines-agent, src/Agent.Worker/Handlers/Handler.cs
 */
export function environmentName(variable: string): string {
  return variable.replace(/[. ]/g, '_').toUpperCase();
}

/** What a step finds in its environment: all variables that are no secrets. */
export function variableEnvironment(variables: readonly Variable[]): Record<string, string> {
  const shown = variables.filter(({ secret }) => !secret);
  const mapped = shown.map(({ name, value }) => [environmentName(name), value] as const);
  const status = shown.find(({ name }) => name.toLowerCase() === 'agent.jobstatus');
  // This one is found under its raw name as well.
  return { ...Object.fromEntries(mapped), ...(status && { [status.name]: status.value }) };
}
