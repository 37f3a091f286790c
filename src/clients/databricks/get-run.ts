import { PermanentError } from '../../lib/errors.ts';
import type { DatabricksClient } from './databricks-client.ts';
import { DatabricksRun } from './run.ts';

/** A job has at most a thousand tasks, and a page a hundred of them. */
const MAX_PAGES = 100;

/**
 * One run with all of its tasks; they come in pages of a hundred.
 *
 * @throws {PermanentError} code `NOT_FOUND`: there is no such run, or no longer
 * Source: databricks-sdk-py `databricks/sdk/service/jobs.py`, `get_run`
 */
export async function getRun(
  client: DatabricksClient,
  runId: string,
  signal: AbortSignal,
): Promise<DatabricksRun> {
  const run = await getPage(client, { run_id: runId }, signal);
  const tasks = [...run.tasks];
  let next = run.next_page_token;
  for (let pages = 1; next; pages += 1) {
    if (pages === MAX_PAGES) throw new PermanentError('UNREADABLE', `run ${runId} never ends`);
    const page = await getPage(client, { run_id: runId, page_token: next }, signal);
    tasks.push(...page.tasks);
    next = page.next_page_token;
  }
  return { ...run, tasks };
}

async function getPage(
  client: DatabricksClient,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<DatabricksRun> {
  return await client.get({ path: '/api/2.2/jobs/runs/get', query, signal }, DatabricksRun);
}
