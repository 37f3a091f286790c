import { access, copyFile, mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { minimatch } from '../minimatch.ts';
import type { DownloadStep, PublishStep } from '../model/pipeline.ts';
import type { Artifact } from '../runs/run-record.ts';
import { report } from './apply-command.ts';
import { ArtifactError, filesIn, upload } from './artifacts.ts';
import type { StepContext } from './job-context.ts';
import type { Result } from './result.ts';

/**
 * Keeps a file or a folder as an artifact of the run.
 * Source: microsoft/azure-pipelines-agent, src/Agent.Plugins/PipelineArtifact/PipelineArtifactPluginV1.cs
 */
export function runPublish(publish: PublishStep, step: StepContext): Promise<Result> {
  return attempt(step, async () => {
    const { job } = step;
    const path = pathOf(publish.path, step);
    const written = job.variables.expand(publish.artifact).trim();
    const name = written === '' ? nameOfJob(step) : written;
    step.write(
      written === ''
        ? 'Artifact name was not inserted for publishing.'
        : `Artifact name input: ${written}`,
    );
    const found = await stat(path).catch(() => null);
    if (!found) throw new ArtifactError(`Path does not exist: ${path}`);
    if (
      found.isDirectory() &&
      (await access(join(path, '.artifactignore')).then(
        () => true,
        () => false,
      ))
    ) {
      throw new ArtifactError('The sandbox does not support .artifactignore');
    }
    const isPipeline = publish.task === 'PublishPipelineArtifact';
    const { id } = job.plan.record;
    if (isPipeline) step.write(`Uploading pipeline artifact from ${path} for build #${id}`);
    const type = isPipeline ? 'PipelineArtifact' : 'Container';
    const artifact = upload(job, { name, type, from: path, folder: '' });
    if (isPipeline) step.write('Uploading pipeline artifact finished.');
    else step.write(`Associated artifact ${artifact.id} with build ${id}`);
  });
}

/**
 * Brings artifacts of the run into the job.
 * Source: microsoft/azure-pipelines-agent, src/Agent.Plugins/PipelineArtifact/PipelineArtifactPluginV2.cs
 */
export function runDownload(download: DownloadStep, step: StepContext): Promise<Result> {
  return attempt(step, async () => {
    const { job } = step;
    const { record } = job.plan;
    const name = job.variables.expand(download.artifact).trim();
    const path = pathOf(download.path, step);
    const kept = record.artifacts.filter(({ dir }) => dir !== null);
    const wanted =
      name === '' ? kept : kept.filter((one) => one.name.toLowerCase() === name.toLowerCase());
    if (name !== '' && wanted.length === 0) {
      throw new ArtifactError(`Artifact ${name} was not found for build ${record.id}.`);
    }
    step.write(`Download from the specified build: #${record.id}`);
    step.write(`Download artifact to: ${path}`);
    const patterns = download.patterns.map((pattern) => job.variables.expand(pattern));
    for (const artifact of wanted) {
      const into = name === '' ? join(path, artifact.name) : path;
      await copyFiles(artifact, into, patterns);
    }
    step.write('Downloading artifact finished.');
  });
}

async function copyFiles(artifact: Artifact, into: string, patterns: readonly string[]) {
  const dir = artifact.dir ?? '';
  for (const { path } of filesIn(dir)) {
    const fits = isWanted(path, patterns) || isWanted(`${artifact.name}/${path}`, patterns);
    if (!fits) continue;
    await mkdir(dirname(join(into, path)), { recursive: true });
    await copyFile(join(dir, path), join(into, path));
  }
}

/** A pattern with `!` in front takes back what those before it chose. */
function isWanted(path: string, patterns: readonly string[]): boolean {
  if (patterns.length === 0) return true;
  let wanted = false;
  for (const pattern of patterns) {
    if (pattern.startsWith('!')) wanted &&= !minimatch(path, pattern.slice(1));
    else wanted ||= minimatch(path, pattern);
  }
  return wanted;
}

function pathOf(written: string, { job }: StepContext): string {
  return resolve(job.dirs.sources, job.variables.expand(written).trim());
}

/** Source: PipelineArtifactPluginV1.cs, `NormalizeJobIdentifier` */
function nameOfJob({ job }: StepContext): string {
  const identifier = job.variables.get('System.JobIdentifier')?.value ?? '';
  return identifier.replace(/[^A-Za-z0-9 .]/g, '').replaceAll('.default', '');
}

async function attempt(step: StepContext, work: () => Promise<void>): Promise<Result> {
  try {
    await work();
    return 'Succeeded';
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    report(step, 'error', error.message);
    return 'Failed';
  }
}
