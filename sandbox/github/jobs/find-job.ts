import type { Call } from '../../kit/action.ts';
import { notFound } from '../github-error.ts';
import type { Repository } from '../repositories/repository.ts';
import type { Run } from '../runs/run.ts';
import type { Github } from '../state.ts';

/** @throws {GithubError} 404 */
export function jobOf(
  { state, params }: Call<Github>,
  repository: Repository,
): { readonly run: Run; readonly job: Run['jobs'][number] } {
  const id = Number(params['job']);
  for (const run of state.runs.values()) {
    const job = run.repository === repository && run.jobs.find((one) => one.id === id);
    if (job) return { run, job };
  }
  throw notFound();
}
