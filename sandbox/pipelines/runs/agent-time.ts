/**
 * A time as the agent writes it: UTC, with seven digits after the second.
 * Source: microsoft/azure-pipelines-agent, src/Microsoft.VisualStudio.Services.Agent/Logging.cs
 */
export function agentTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '0000Z');
}
