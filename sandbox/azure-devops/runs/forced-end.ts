import type { ForcedEnd } from '../../pipelines/runs/forced-end.ts';
import type { Result } from '../../pipelines/steps/result.ts';
import type { AzureDevops, Definition } from '../state.ts';

/** Databricks' words for an ending, and Azure DevOps' own; what neither of them knows failed. */
const RESULTS: Readonly<Record<string, Result>> = {
  success: 'Succeeded',
  succeeded: 'Succeeded',
  success_with_failures: 'SucceededWithIssues',
  partiallysucceeded: 'SucceededWithIssues',
  canceled: 'Canceled',
  timedout: 'Canceled',
};

/** How a fault has a run of this pipeline end instead of being run; null: no fault does. */
export function forcedEnd({ tools }: AzureDevops, { name }: Definition): ForcedEnd | null {
  const forced = tools.endings?.for({ service: 'azure-devops', runName: name, taskKey: null });
  if (!forced) return null;
  const { result, message, afterMs } = forced;
  return { result: RESULTS[result?.toLowerCase() ?? ''] ?? 'Failed', message, afterMs };
}
