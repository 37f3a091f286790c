/**
 * What to do about an end, by the code that Databricks gives for it.
 * Source: `TerminationCodeCode` in databricks-sdk-py `databricks/sdk/service/jobs.py`
 */
const byCode: Readonly<Record<string, string>> = {
  REPOSITORY_CHECKOUT_FAILED:
    'Check the name of the branch, tag or commit; a principal without a git credential gets one by: signalbox git-credential set',
  RESOURCE_NOT_FOUND:
    'Is the path right? In a repository it is relative, in the workspace absolute, without .py or .ipynb.',
  UNAUTHORIZED_ERROR: 'The principal that it runs as may not do this in the workspace.',
  INVALID_CLUSTER_REQUEST: 'The workspace does not accept the cluster: compare its definition.',
  CLUSTER_ERROR: 'The cluster failed: its event log says why.',
  LIBRARY_INSTALLATION_ERROR: 'A library could not be installed on the cluster.',
  MAX_CONCURRENT_RUNS_EXCEEDED:
    'The job allows no further run at the same time: see --on-existing wait.',
  DISABLED: 'A task is switched off in the job.',
};

/** Advice for the first of these codes that has some; null: none has. */
export function adviceFor(codes: readonly string[]): string | null {
  const known = codes.find((code) => Object.hasOwn(byCode, code));
  return known === undefined ? null : (byCode[known] ?? null);
}
