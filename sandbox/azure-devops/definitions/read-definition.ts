import { z } from 'zod';

import type { AzureDevops, Definition, DefinitionVariable, HostedRepository } from '../state.ts';
import { buildError } from '../vss-error.ts';

const Text = z.string().nullish();
const Flag = z.boolean().nullish();

/** Source: BuildDefinition in specification/build/7.1 of MicrosoftDocs/vsts-rest-api-specs */
export const DefinitionBody = z.object({
  id: z.number().nullish(),
  name: z.string().min(1),
  path: Text,
  revision: z.number().nullish(),
  queueStatus: Text,
  process: z.object({ type: z.number(), yamlFilename: Text }),
  repository: z.object({ id: Text, name: Text, type: Text, defaultBranch: Text }),
  variables: z
    .record(z.string(), z.object({ value: Text, isSecret: Flag, allowOverride: Flag }))
    .nullish(),
});
export type DefinitionBody = z.infer<typeof DefinitionBody>;

/** What of a definition somebody can say. */
type Said = Pick<Definition, 'name' | 'folder' | 'path' | 'hosted' | 'variables' | 'queueStatus'>;

/**
 * A definition as somebody asked for it.
 * @throws {VssError} there is no such repository, or the sandbox has no such definitions
 */
export function readDefinition(
  state: AzureDevops,
  body: DefinitionBody,
  before: Definition | null,
): Said {
  const { process, repository } = body;
  if (process.type !== 2) {
    throw buildError(
      400,
      'InvalidDefinitionException',
      'The sandbox has pipelines in YAML only: process type 2.',
    );
  }
  checkName(state, body.name, before);
  return {
    name: body.name,
    folder: body.path || '\\',
    path: fileOf(process.yamlFilename),
    hosted: repositoryOf(state, repository),
    variables: variablesOf(state, body, before),
    queueStatus: queueStatusOf(body.queueStatus),
  };
}

/** Source: Dejulia489/AzurePipelinesPS#20, which quotes it */
function checkName({ definitions, project }: AzureDevops, name: string, before: Definition | null) {
  const isTaken = definitions.some(
    (one) => one !== before && one.name.toLowerCase() === name.toLowerCase(),
  );
  if (!isTaken) return;
  throw buildError(
    409,
    'DefinitionExistsException',
    `Build pipeline ${name} already exists for project ${project.name}`,
  );
}

function fileOf(name: string | null | undefined): string {
  const file = name?.replace(/^\/+/, '') ?? '';
  if (file !== '') return `/${file}`;
  throw buildError(400, 'InvalidDefinitionException', 'The pipeline names no YAML file.');
}

function repositoryOf(
  { repositories }: AzureDevops,
  { id, name, type }: DefinitionBody['repository'],
): HostedRepository {
  if (type && type.toLowerCase() !== 'tfsgit') {
    throw buildError(
      400,
      'InvalidDefinitionException',
      `The sandbox has no repositories of type '${type}': it has TfsGit.`,
    );
  }
  const found = repositories.find((one) =>
    id ? one.id === id.toLowerCase() : one.repository.name.toLowerCase() === name?.toLowerCase(),
  );
  if (found) return found;
  throw buildError(
    400,
    'InvalidDefinitionException',
    `The repository ${id ?? name ?? ''} does not exist.`,
  );
}

/** A secret that comes back without its value keeps the one it had. */
function variablesOf(
  { tools }: AzureDevops,
  { variables }: DefinitionBody,
  before: Definition | null,
): readonly DefinitionVariable[] {
  return Object.entries(variables ?? {}).map(([name, { value, isSecret, allowOverride }]) => {
    const secret = isSecret === true;
    const given = value ?? (secret ? valueOf(before, name) : '');
    if (secret && given !== '') tools.hidden.add(given);
    return { name, value: given, secret, settableAtQueueTime: allowOverride === true };
  });
}

function valueOf(before: Definition | null, name: string): string {
  const known = before?.variables.find((one) => one.name.toLowerCase() === name.toLowerCase());
  return known?.value ?? '';
}

function queueStatusOf(word: string | null | undefined): Definition['queueStatus'] {
  const status = word?.toLowerCase() || 'enabled';
  if (status === 'enabled' || status === 'disabled') return status;
  throw buildError(
    400,
    'InvalidDefinitionException',
    `The sandbox does not support pipelines that are '${word}'.`,
  );
}
