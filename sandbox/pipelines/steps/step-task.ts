import type { Step } from '../model/pipeline.ts';
import { taskName } from '../model/read-steps.ts';
import type { TimelineRecord } from '../runs/run-record.ts';
import type { JobContext } from './job-context.ts';

/** What the log of a step says of its task. */
export interface StepTask {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly description: string;
}

/** Source: `task.json` of each task, microsoft/azure-pipelines-tasks, Tasks/ */
const tasks: Readonly<Record<string, StepTask>> = {
  CmdLine: {
    id: 'd9bafed4-0b18-4f58-968d-86655b4d2ce9',
    version: '2.279.1',
    title: 'Command line',
    description: 'Run a command line script using Bash on Linux and macOS and cmd.exe on Windows',
  },
  Bash: {
    id: '6c731c3c-3c68-459a-a5c9-bde6e6595b5b',
    version: '3.279.1',
    title: 'Bash',
    description: 'Run a Bash script on macOS, Linux, or Windows',
  },
  PowerShell: {
    id: 'e213ff0f-5d5c-4791-802d-52ea3e7be1f1',
    version: '2.279.0',
    title: 'PowerShell',
    description: 'Run a PowerShell script on Linux, macOS, or Windows',
  },
  AzureCLI: {
    id: '46e4be58-730b-4389-8a2f-ea10b3e5e815',
    version: '2.279.0',
    title: 'Azure CLI',
    description:
      'Run Azure CLI commands against an Azure subscription in a PowerShell Core/Shell script when running on Linux agent or PowerShell/PowerShell Core/Batch script when running on Windows agent.',
  },
  PublishPipelineArtifact: {
    id: 'ecdc45f6-832d-4ad9-b52b-ee49e94659be',
    version: '1.242.0',
    title: 'Publish Pipeline Artifacts',
    description: 'Publish (upload) a file or directory as a named artifact for the current run',
  },
  PublishBuildArtifacts: {
    id: '2ff763a7-ce83-4e1f-bc89-0ae63477cebe',
    version: '1.274.0',
    title: 'Publish build artifacts',
    description: 'Publish build artifacts to Azure Pipelines or a Windows file share',
  },
  DownloadPipelineArtifact: {
    id: '61f2a582-95ae-4948-b34d-a1b3c4f6a737',
    version: '2.198.0',
    title: 'Download Pipeline Artifacts',
    description: 'Download build and pipeline artifacts',
  },
};

const checkout: StepTask = {
  id: '6d15af64-176c-496d-b583-fd2ae21d4df4',
  version: '1.0.0',
  title: 'Get sources',
  description: 'Get sources from a repository. Supports Git, TfsVC, and SVN repositories.',
};

/** The task behind a step. */
export function stepTask(step: Step): StepTask {
  return tasks[taskName(step)] ?? checkout;
}

/** The task behind a step, as the timeline names it. */
export function taskOf(step: Step): TimelineRecord['task'] {
  const { id, version } = stepTask(step);
  return { id, name: taskName(step), version };
}

/**
 * What a step is called before its variables are known.
 * Source: microsoft/azure-pipelines-agent, strings.json, `CheckoutTaskDisplayNameFormat`
 */
export function titleOf(step: Step, { checkouts }: JobContext): string {
  if (step.displayName !== '' || step.kind !== 'checkout') return step.displayName;
  const target = checkouts.get(step);
  return `Checkout ${target?.source.name ?? ''}@${target?.source.branch ?? ''} to ${target?.path ?? ''}`;
}
