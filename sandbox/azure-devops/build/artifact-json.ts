import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Artifact } from '../../pipelines/runs/run-record.ts';
import { filesIn } from '../../pipelines/steps/artifacts.ts';
import { linksOf } from '../links.ts';
import type { AzureDevops, Run } from '../state.ts';
import { buildError } from '../vss-error.ts';
import { zipOf } from '../zip.ts';

/** Source: BuildArtifact in specification/build/7.1 of MicrosoftDocs/vsts-rest-api-specs */
export function artifactJson(state: AzureDevops, { record }: Run, artifact: Artifact) {
  const { id, name, source, type, data, dir, size } = artifact;
  const url = `${linksOf(state).build(record.id)}/artifacts?artifactName=${encodeURIComponent(name)}&api-version=7.1`;
  return {
    id,
    name,
    source,
    resource: {
      type,
      data,
      properties: dir === null ? {} : { artifactsize: String(size) },
      url,
      downloadUrl: `${url}&%24format=zip`,
    },
  };
}

/** @throws {VssError} the run has no such artifact */
export function findArtifact({ record }: Run, name: string): Artifact {
  const found = record.artifacts.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (found) return found;
  const message = `Artifact ${name} was not found for build ${record.id}.`;
  throw buildError(404, 'ArtifactNotFoundException', message);
}

/** The files of an artifact in one archive, below a folder with its name. */
export async function zippedArtifact({ name, dir }: Artifact): Promise<Response> {
  const files = dir === null ? [] : filesIn(dir);
  const entries = await Promise.all(
    files.map(async ({ path }) => ({
      path: `${name}/${path}`,
      bytes: await readFile(join(dir ?? '', path)),
    })),
  );
  return new Response(zipOf(entries), {
    headers: {
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="${encodeURIComponent(name)}.zip"`,
    },
  });
}
