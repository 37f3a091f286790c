import { hostname } from 'node:os';

import type { Job, Stage } from '../model/pipeline.ts';
import type { JobDirs } from '../steps/job-context.ts';
import type { JobInstance } from './instances.ts';
import type { RunPlan } from './run-plan.ts';
import type { TimelineRecord } from './run-record.ts';

interface Placed {
  readonly stage: Stage;
  readonly job: Job;
  readonly instance: JobInstance;
  readonly attempts: { readonly stage: number; readonly phase: number };
  readonly dirs: JobDirs;
  readonly record: TimelineRecord;
}

/**
 * The variables that each job finds predefined, with the folders of this machine.
 * Source: docs/pipelines/build/variables.md of MicrosoftDocs/azure-devops-docs
 */
export function predefinedVariables(
  plan: RunPlan,
  { stage, job, instance, attempts, dirs, record }: Placed,
): readonly (readonly [string, string])[] {
  return [
    ...plan.predefined,
    ...instance.predefined,
    ['Agent.BuildDirectory', dirs.workspace],
    ['Agent.HomeDirectory', dirs.home],
    ['Agent.Id', '1'],
    ['Agent.JobName', instance.displayName],
    ['Agent.JobStatus', 'Succeeded'],
    ['Agent.MachineName', hostname()],
    ['Agent.Name', 'Sandbox Agent'],
    ['Agent.OS', 'Linux'],
    ['Agent.OSArchitecture', process.arch === 'arm64' ? 'ARM64' : 'X64'],
    ['Agent.RootDirectory', dirs.root],
    ['Agent.TempDirectory', dirs.temp],
    ['Agent.ToolsDirectory', dirs.tools],
    ['Agent.WorkFolder', dirs.root],
    ['Build.ArtifactStagingDirectory', dirs.staging],
    ['Build.BinariesDirectory', dirs.binaries],
    ['Build.BuildNumber', plan.record.number],
    ['Build.Repository.LocalPath', dirs.sources],
    ['Build.SourcesDirectory', dirs.sources],
    ['Build.StagingDirectory', dirs.staging],
    ['Common.TestResultsDirectory', dirs.testResults],
    ['Pipeline.Workspace', dirs.workspace],
    ['System.ArtifactsDirectory', dirs.staging],
    ['System.DefaultWorkingDirectory', dirs.sources],
    ['System.JobAttempt', String(record.attempt)],
    ['System.JobDisplayName', instance.displayName],
    ['System.JobId', record.id],
    ['System.JobIdentifier', jobIdentifier(stage, job, instance)],
    ['System.JobName', instance.name],
    ['System.OidcRequestUri', plan.oidcRequestUri(record.id)],
    ['System.PhaseAttempt', String(attempts.phase)],
    ['System.PhaseDisplayName', job.displayName],
    ['System.PhaseName', job.name],
    ['System.PlanId', plan.record.planId],
    ['System.StageAttempt', String(attempts.stage)],
    ['System.StageDisplayName', stage.displayName],
    ['System.StageName', stage.name],
    ['System.TimelineId', plan.record.planId],
    ['System.WorkFolder', dirs.root],
    ['TF_BUILD', 'True'],
  ];
}

/** The stage that nobody named has no part in it. */
function jobIdentifier(stage: Stage, job: Job, { identifier }: JobInstance): string {
  const inStage = `${job.name}.${identifier}`;
  return stage.name === '__default' ? inStage : `${stage.name}.${inStage}`;
}
