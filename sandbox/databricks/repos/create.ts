import { posix } from 'node:path';

import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { alreadyExists, invalidParameter } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { providerNamed } from '../git-credentials/git-credential.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { objectAt, workspacePath } from '../workspace-files/workspace-object.ts';
import { placeRepo } from './place-repo.ts';
import { checkRepoPath, type Repo, repoJson } from './repo.ts';

const CreateRepo = z.looseObject({
  url: z.string(),
  provider: z.string(),
  path: z.string().optional(),
  sparse_checkout: z.unknown().optional(),
});

export const createRepo: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/repos',
  source: 'databricks-sdk-py service/workspace.py, ReposAPI.create; the texts are ours',
  handle: signedIn(async (call, principal) => {
    const order = await inputOf(call, CreateRepo);
    const provider = providerNamed(order.provider);
    if (!provider) throw invalidParameter(`Invalid provider: ${order.provider}`);
    if (order.sparse_checkout !== undefined) {
      throw invalidParameter('The sandbox checks out whole repositories: no sparse_checkout');
    }
    const name = posix.basename(order.url).replace(/\.git$/u, '');
    const path = workspacePath(order.path ?? `/Repos/${principal.name}/${name}`);
    checkRepoPath(path);
    if (await objectAt(call.state, path)) throw alreadyExists(`Path (${path}) already exists.`);
    const { url } = order;
    const placed = await placeRepo(call.state, principal, { url, provider, path });
    const repo: Repo = { id: call.state.ids.next(), path, url, provider, ...placed };
    call.state.repos.set(repo.id, repo);
    return Response.json(repoJson(repo));
  }),
};
