import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import { pageOf } from '../page-of.ts';
import type { Workspace } from '../workspace.ts';
import { repoJson } from './repo.ts';

const ListRepos = z.looseObject({
  path_prefix: z.string().default(''),
  next_page_token: z.string().optional(),
});

const PAGE = 20;

export const listRepos: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/repos',
  source: 'databricks-sdk-py service/workspace.py, ReposAPI.list: asks with next_page_token too',
  handle: signedIn(async (call) => {
    const { path_prefix: prefix, next_page_token: token } = await inputOf(call, ListRepos);
    const wanted = prefix.replace(/^\/Workspace(?=\/)/u, '');
    const repos = [...call.state.repos.values()]
      .filter((one) => one.path.startsWith(wanted))
      .toSorted((a, b) => b.id - a.id);
    const { items, next } = pageOf(repos, PAGE, token, (one) => one.id);
    return Response.json({
      ...(items.length > 0 && { repos: items.map(repoJson) }),
      ...(next && { next_page_token: next }),
    });
  }),
};
