import { type Problems, unsupported } from '../yaml/problems.ts';
import type { Job, Pipeline, Step } from './pipeline.ts';

interface Machine {
  /** Whether a program can be started by this name. */
  readonly installed: (command: string) => boolean;
  /** Whether a checkout finds what it names. */
  readonly hasRepository: (name: string) => boolean;
}

/** Refuses steps for which something is missing: a program of this machine, or a repository. */
export function checkSteps({ stages }: Pipeline, machine: Machine, problems: Problems): void {
  for (const step of stages.flatMap(({ jobs }) => jobs.flatMap(stepsOf))) {
    if (step.kind === 'powershell' && !machine.installed('pwsh')) {
      const message = unsupported("PowerShell steps on this machine: 'pwsh' is not installed");
      problems.add(step.at, message);
    }
    if (step.kind === 'checkout' && !machine.hasRepository(step.repository)) {
      const isAddress = step.repository.startsWith('git://');
      const what = isAddress ? 'could not be found' : "is not declared in 'resources.repositories'";
      problems.add(step.at, `The repository '${step.repository}' ${what}`);
    }
  }
}

/** All steps of a job, those of a deployment's hooks included. */
export function stepsOf({ steps, strategy }: Job): readonly Step[] {
  return strategy.kind === 'deployment' ? strategy.hooks.flatMap((hook) => hook.steps) : steps;
}
