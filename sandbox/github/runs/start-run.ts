import { Conclusion } from '../github-config.ts';
import type { Github } from '../state.ts';
import type { Run } from './run.ts';

type Order = Pick<Run, 'repository' | 'workflow' | 'user' | 'event' | 'branch' | 'title' | 'said'>;

/** What Databricks calls the endings that a fault can ask for. */
const BY_OTHER_NAMES: Readonly<Record<string, Conclusion>> = {
  succeeded: 'success',
  failed: 'failure',
  canceled: 'cancelled',
  timedout: 'timed_out',
};

/** Records a run that ends as its workflow's configuration says, or as a fault does. */
export function startRun({ config, tools, runs, nextId }: Github, order: Order): Run {
  const { workflow, repository } = order;
  const forced = tools.endings?.for({
    service: 'github',
    runName: workflow.name,
    taskKey: null,
  });
  const createdMs = tools.clock.now();
  const startsMs = createdMs + workflow.queued_ms;
  const before = [...runs.values()].filter((run) => run.workflow.id === workflow.id).length;
  const run: Run = {
    ...order,
    id: nextId(),
    number: before + 1,
    sha: repository.branches.get(order.branch) ?? '',
    createdMs,
    startsMs,
    endsMs: startsMs + (forced ? forced.afterMs : workflow.takes_ms),
    conclusion: forced ? conclusionOf(forced.result) : workflow.conclusion,
    appearsMs: createdMs + config.runs_appear_after_ms,
    jobs: workflow.jobs.map((name) => ({ id: nextId(), name })),
    cancelledMs: null,
  };
  runs.set(run.id, run);
  return run;
}

function conclusionOf(result: string | null): string {
  const word = result?.toLowerCase() ?? 'failure';
  return BY_OTHER_NAMES[word] ?? word;
}
