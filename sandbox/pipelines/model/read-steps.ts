import type { Problems } from '../yaml/problems.ts';
import { entryOf, type Position, type Tree } from '../yaml/tree.ts';
import type { Step } from './pipeline.ts';
import { implicitDownload } from './read-artifact-steps.ts';
import { implicitCheckout } from './read-checkout.ts';
import { readStep } from './read-step.ts';

interface Where {
  readonly job: string;
  readonly at: Position;
  /** What is there although nobody wrote it. */
  readonly implies: 'checkout' | 'download' | 'nothing';
}

/** The steps of a job, or of a part of a deployment, with those that go without saying. */
export function readSteps(
  tree: Tree | undefined,
  { job, at, implies }: Where,
  problems: Problems,
): readonly Step[] {
  if (tree?.kind !== 'sequence') {
    problems.add(tree?.at ?? at, "A sequence of 'steps' was expected");
    return [];
  }
  const read = tree.items.map((item) => readStep(item, job, problems));
  const steps = read.filter((step) => step !== null && typeof step !== 'string');
  const says = (key: string) => tree.items.some((item) => entryOf(item, key));
  const before: Step[] = [];
  if (implies === 'checkout' && !says('checkout')) before.push(implicitCheckout(at));
  if (implies === 'download' && !says('download')) before.push(implicitDownload(at));
  const names = new Map<string, number>();
  return [...before, ...steps].map((step) => named(step, names));
}

/** Output variables of a step without a name are found under that of its task. */
function named(step: Step, taken: Map<string, number>): Step {
  if (step.name !== '') return step;
  const task = taskName(step);
  const number = (taken.get(task) ?? 0) + 1;
  taken.set(task, number);
  return { ...step, name: number === 1 ? task : `${task}${number}` };
}

/** What the task behind a step is called. */
export function taskName(step: Step): string {
  switch (step.kind) {
    case 'script':
    case 'publish':
      return step.task;
    case 'powershell':
      return 'PowerShell';
    case 'azure-cli':
      return 'AzureCLI';
    case 'download':
      return 'DownloadPipelineArtifact';
    case 'checkout':
      return 'Checkout';
  }
}
