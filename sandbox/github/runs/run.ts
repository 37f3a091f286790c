import type { Call } from '../../kit/action.ts';
import type { Conclusion } from '../github-config.ts';
import { notFound } from '../github-error.ts';
import type { KnownWorkflow, Repository } from '../repositories/repository.ts';
import type { Github, User } from '../state.ts';

/** A run of a workflow. It executes nothing: how it ends was known when it was started. */
export interface Run {
  readonly id: number;
  readonly number: number;
  readonly repository: Repository;
  readonly workflow: KnownWorkflow;
  readonly user: User;
  readonly event: 'workflow_dispatch' | 'repository_dispatch';
  readonly branch: string;
  readonly sha: string;
  readonly title: string;
  /** What it was started with, for its log. */
  readonly said: Readonly<Record<string, unknown>>;
  readonly createdMs: number;
  /** When it begins to look as if it ran, and when it ends unless it is cancelled. */
  readonly startsMs: number;
  readonly endsMs: number;
  /** A fault may ask for a word that GitHub does not have. */
  readonly conclusion: Conclusion | Forced;
  /** Whether the lists show it: not at once. */
  readonly appearsMs: number;
  readonly jobs: readonly { readonly id: number; readonly name: string }[];
  /** When it ends because it was cancelled. */
  cancelledMs: number | null;
}

type Forced = string & {};

export type Phase =
  | { readonly status: 'queued' }
  | { readonly status: 'in_progress' }
  | { readonly status: 'completed'; readonly conclusion: string; readonly endedMs: number };

/** How far it is at this time. */
export function phaseAt(run: Run, nowMs: number): Phase {
  const { cancelledMs } = run;
  if (cancelledMs !== null && cancelledMs < run.endsMs && nowMs >= cancelledMs) {
    return { status: 'completed', conclusion: 'cancelled', endedMs: cancelledMs };
  }
  if (nowMs >= run.endsMs) {
    return { status: 'completed', conclusion: run.conclusion, endedMs: run.endsMs };
  }
  return { status: nowMs >= run.startsMs ? 'in_progress' : 'queued' };
}

/** @throws {GithubError} 404, also for a run of another repository */
export function runOf({ state, params }: Call<Github>, repository: Repository): Run {
  const run = state.runs.get(Number(params['run']));
  if (run?.repository !== repository) throw notFound();
  return run;
}
