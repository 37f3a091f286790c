import { cpSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

import { type Artifact, addArtifact } from '../runs/run-record.ts';
import type { JobContext } from './job-context.ts';

/** An artifact that cannot be kept or found. */
export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';
}

interface Upload {
  readonly name: string;
  readonly type: 'PipelineArtifact' | 'Container';
  /** A file or a folder of this machine. */
  readonly from: string;
  /** The folder in the artifact that it goes to; empty: its root. */
  readonly folder: string;
}

/** Source: microsoft/azure-pipelines-agent, PipelineArtifactPluginUtil.cs */
// oxlint-disable-next-line no-control-regex -- the agent forbids them by their codes
const forbidden = /[\u0000-\u001F":<>|*?/\\]/;

/**
 * Keeps files under a name for the jobs after this one, and for whoever asks the API.
 * @throws {ArtifactError} the name is not allowed, or taken
 */
export function upload(job: JobContext, { name, type, from, folder }: Upload): Artifact {
  if (forbidden.test(name)) {
    throw new ArtifactError(
      `Artifact name is not valid: ${name}. It cannot contain '\\', /', "', ':', '<', '>', '|', '*', and '?'`,
    );
  }
  const artifact = artifactFor(job, name, type);
  const into = join(artifact.dir ?? '', folder);
  if (relative(artifact.dir ?? '', into).startsWith('..')) {
    throw new ArtifactError(`The folder '${folder}' is not within the artifact`);
  }
  const isFolder = statSync(from).isDirectory();
  mkdirSync(into, { recursive: true });
  // What a link points at may be another's: it is kept as a link, and never followed.
  cpSync(from, isFolder ? into : join(into, basename(from)), {
    recursive: true,
    verbatimSymlinks: true,
  });
  artifact.size = filesIn(artifact.dir ?? '').reduce((sum, { size }) => sum + size, 0);
  return artifact;
}

/** A pipeline artifact is published once; files may be added to one of the older kind. */
function artifactFor(
  job: JobContext,
  name: string,
  type: Upload['type'],
): Artifact & { dir: string | null } {
  const { record } = job.plan;
  const known = record.artifacts.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (known && (known.type !== 'Container' || type !== 'Container')) {
    throw new ArtifactError(`Artifact ${name} already exists for build ${record.id}.`);
  }
  if (known) return known;
  const dir = join(
    job.deps.workDir,
    'artifacts',
    String(record.id),
    String(record.artifacts.length + 1),
  );
  mkdirSync(dir, { recursive: true });
  const data = type === 'Container' ? `#/${record.id}/${name}` : dirname(dir);
  return addArtifact(record, { name, source: job.record.id, type, data, dir });
}

/** A file of an artifact, its path with slashes. */
export interface ArtifactFile {
  readonly path: string;
  readonly size: number;
}

/** The files in a folder and below; links are none. */
export function filesIn(dir: string): readonly ArtifactFile[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const full = join(entry.parentPath, entry.name);
      return { path: relative(dir, full).replaceAll('\\', '/'), size: statSync(full).size };
    })
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
}
