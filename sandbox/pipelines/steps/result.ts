/** How a step, a job or a stage ended, as conditions and dependencies know it. */
export type Result =
  | 'Succeeded'
  | 'SucceededWithIssues'
  | 'Failed'
  | 'Canceled'
  | 'Skipped'
  | 'Abandoned';

const severity = { Succeeded: 0, SucceededWithIssues: 1, Failed: 2 } as const;

/**
 * Two results as one: the worse; what is worse than failed stays.
 * Source: microsoft/azure-pipelines-agent, src/Microsoft.VisualStudio.Services.Agent/Util/TaskResultUtil.cs
 */
export function mergeResults(current: Result | null, coming: Result): Result {
  if (current === null) return coming;
  const [one, other] = [severityOf(current), severityOf(coming)];
  if (one === null) return current;
  return other === null || other > one ? coming : current;
}

function severityOf(result: Result): number | null {
  switch (result) {
    case 'Succeeded':
    case 'SucceededWithIssues':
    case 'Failed':
      return severity[result];
    case 'Canceled':
    case 'Skipped':
    case 'Abandoned':
      return null;
  }
}
