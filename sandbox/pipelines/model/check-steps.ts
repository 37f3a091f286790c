import { type Problems, unsupported } from '../yaml/problems.ts';
import type { AzureCliStep, Job, Pipeline, Step } from './pipeline.ts';

interface Machine {
  /** Whether a program can be started by this name. */
  readonly installed: (command: string) => boolean;
  /** Whether there is a service connection by this name. */
  readonly hasConnection: (name: string) => boolean;
  /** Whether a checkout finds what it names. */
  readonly hasRepository: (name: string) => boolean;
}

/** Refuses steps for which something is missing: a program, a repository, a service connection. */
export function checkSteps({ stages }: Pipeline, machine: Machine, problems: Problems): void {
  for (const job of stages.flatMap(({ jobs }) => jobs)) {
    for (const step of stepsOf(job)) {
      const missing = missingFor(step, job, machine);
      if (missing !== null) problems.add(step.at, missing);
    }
  }
}

function missingFor(step: Step, job: Job, machine: Machine): string | null {
  switch (step.kind) {
    case 'powershell':
      return machine.installed('pwsh') ? null : notInstalled('PowerShell steps', 'pwsh');
    case 'azure-cli':
      if (!machine.installed('az')) return notInstalled("the task 'AzureCLI@2'", 'az');
      return missingConnection(step, job, machine);
    case 'checkout':
      return missingRepository(step.repository, machine);
    case 'script':
    case 'publish':
    case 'download':
      return null;
  }
}

function notInstalled(what: string, command: string): string {
  return unsupported(`${what} on this machine: '${command}' is not installed`);
}

/** Source: docs/pipelines/process/approvals.md and troubleshooting pages, which quote it */
function missingConnection(
  { connection, name }: AzureCliStep,
  job: Job,
  machine: Machine,
): string | null {
  // What is in a variable is looked for when the step runs.
  if (connection.includes('$(') || machine.hasConnection(connection)) return null;
  return `The pipeline is not valid. Job ${job.name}: Step ${name} input connectedServiceNameARM references service connection ${connection} which could not be found. The service connection does not exist, has been disabled or has not been authorized for use. For authorization details, refer to https://aka.ms/yamlauthz.`;
}

function missingRepository(repository: string, machine: Machine): string | null {
  if (machine.hasRepository(repository)) return null;
  const isAddress = repository.startsWith('git://');
  const what = isAddress ? 'could not be found' : "is not declared in 'resources.repositories'";
  return `The repository '${repository}' ${what}`;
}

/** All steps of a job, those of a deployment's hooks included. */
export function stepsOf({ steps, strategy }: Job): readonly Step[] {
  return strategy.kind === 'deployment' ? strategy.hooks.flatMap((hook) => hook.steps) : steps;
}
