import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { mayWrite, signedIn } from '../authentication.ts';
import { bodyOf } from '../body.ts';
import { invalidRequest } from '../github-error.ts';
import { startRun } from '../runs/start-run.ts';
import type { Github } from '../state.ts';
import { repositoryOf } from './repository.ts';

const CreateDispatch = z.strictObject({
  event_type: z.string().min(1).max(100),
  client_payload: z.record(z.string(), z.json()).default({}),
});

/** Starts every workflow that hears of this type: recorded, not executed. */
export const createDispatch: Action<Github> = {
  method: 'POST',
  path: '/repos/:owner/:repo/dispatches',
  source: 'docs.github.com/en/rest/repos/repos#create-a-repository-dispatch-event',
  handle: signedIn(async (call, user) => {
    const repository = repositoryOf(call);
    mayWrite(user);
    const { event_type: type, client_payload: payload } = await bodyOf(call, CreateDispatch);
    const count = Object.keys(payload).length;
    if (count > 10) {
      throw invalidRequest(`No more than 10 properties are allowed; ${count} were supplied.`);
    }
    for (const workflow of repository.workflows) {
      const { repository_dispatch: types, disabled } = workflow;
      if (disabled || types === undefined || (types.length > 0 && !types.includes(type))) continue;
      startRun(call.state, {
        repository,
        workflow,
        user,
        branch: repository.defaultBranch,
        event: 'repository_dispatch',
        title: type,
        said: { event_type: type, client_payload: payload },
      });
    }
    return new Response(null, { status: 204 });
  }),
};
