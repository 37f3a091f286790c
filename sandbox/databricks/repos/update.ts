import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { invalidParameter } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { placeRepo } from './place-repo.ts';
import { repoWith } from './repo.ts';

const UpdateRepo = z.looseObject({ branch: z.string().optional(), tag: z.string().optional() });

/** Takes it to the newest commit of a branch; what was changed by hand is lost. */
export const updateRepo: Action<Workspace> = {
  method: 'PATCH',
  path: '/api/2.0/repos/:id',
  source: 'databricks-sdk-py service/workspace.py, ReposAPI.update; the text is ours',
  handle: signedIn(async (call, principal) => {
    const { branch, tag } = await inputOf(call, UpdateRepo);
    const repo = repoWith(call.state, call.params['id']);
    if ((branch === undefined) === (tag === undefined)) {
      throw invalidParameter('Exactly one of branch and tag is needed');
    }
    Object.assign(repo, await placeRepo(call.state, principal, { ...repo, branch, tag }));
    return Response.json({});
  }),
};
