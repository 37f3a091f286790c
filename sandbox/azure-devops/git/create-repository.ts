import { join } from 'node:path';

import { z } from 'zod';

import { createEmptyRepository } from '../../git/repository.ts';
import type { Action, Call } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { guidOf } from '../identity.ts';
import { requireGitRight } from '../permissions/rights.ts';
import { parsed } from '../pipelines/run-parameters.ts';
import { respond } from '../respond.ts';
import type { AzureDevops, HostedRepository } from '../state.ts';
import { VssError } from '../vss-error.ts';
import { repositoryJson } from './repository-json.ts';

/** Source: GitRepositoryCreateOptions in specification/git/7.1 of vsts-rest-api-specs */
const Options = z.object({
  name: z.string().min(1).max(64),
  project: z.object({ id: z.string().nullish(), name: z.string().nullish() }).nullish(),
  parentRepository: z.unknown().optional(),
});

async function create(call: Call<AzureDevops>): Promise<Response> {
  const { state } = call;
  const caller = await enter(call);
  requireGitRight(call, caller, 'CreateRepository');
  const { name, parentRepository } = parsed(Options, await call.json());
  if (parentRepository !== undefined && parentRepository !== null) {
    throw gitError(400, 'ArgumentException', 'The sandbox does not support forks.');
  }
  if (!/^[\w][\w .()-]*$/.test(name) || name.endsWith('.')) {
    throw gitError(
      400,
      'InvalidGitRepositoryNameException',
      `TF401025: '${name}' is not a valid name for a Git repository.`,
    );
  }
  const isTaken = state.repositories.some(
    ({ repository }) => repository.name.toLowerCase() === name.toLowerCase(),
  );
  if (isTaken) {
    throw gitError(
      409,
      'GitRepositoryNameAlreadyExistsException',
      `TF400948: A Git repository with the name ${name} already exists.`,
    );
  }
  const { organization, project, processes, deps } = state;
  const hosted: HostedRepository = {
    id: guidOf(`repository:${organization}/${project.name}/${name}`),
    repository: await createEmptyRepository(processes, join(deps.workDir, 'git'), {
      name,
      defaultBranch: 'main',
    }),
    isEmpty: true,
  };
  state.repositories.push(hosted);
  return respond(call, caller, repositoryJson(state, hosted), 201);
}

/** A repository in which there is nothing yet. */
export const createGitRepository: Action<AzureDevops> = {
  method: 'POST',
  path: '/:org/:project/_apis/git/repositories',
  source: 'vsts-rest-api-specs, specification/git/7.1, Repositories_Create',
  handle: create,
};

/** The same with the project in the body, as the clients' libraries send it. */
export const createGitRepositoryInOrganization: Action<AzureDevops> = {
  method: 'POST',
  path: '/:org/_apis/git/repositories',
  source: 'azure-devops-python-api, v7_1/git/git_client_base.py, create_repository',
  handle: create,
};

function gitError(status: number, typeKey: string, message: string): VssError {
  return new VssError(status, typeKey, message, 'Microsoft.TeamFoundation.Git.Server');
}
