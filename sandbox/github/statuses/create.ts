import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { mayWrite, signedIn } from '../authentication.ts';
import { bodyOf } from '../body.ts';
import { unprocessable, validationFailed } from '../github-error.ts';
import { repositoryOf, resolveRef } from '../repositories/repository.ts';
import type { Github } from '../state.ts';
import { STATES, type Status, statusJson } from './status.ts';

const CreateStatus = z.strictObject({
  state: z.string(),
  target_url: z.string().nullable().default(null),
  description: z.string().nullable().default(null),
  context: z.string().min(1).default('default'),
});

const MAX_DESCRIPTION = 140;
const MAX_PER_CONTEXT = 1000;

export const createStatus: Action<Github> = {
  method: 'POST',
  path: '/repos/:owner/:repo/statuses/:sha',
  source:
    'docs.github.com/en/rest/commits/statuses#create-a-commit-status; limits as documented there',
  handle: signedIn(async (call, user) => {
    const repository = repositoryOf(call);
    mayWrite(user);
    const order = await bodyOf(call, CreateStatus);
    const asked = call.params['sha'] ?? '';
    const sha = resolveRef(repository, asked)?.sha;
    if (sha === undefined || sha !== asked)
      throw unprocessable(`No commit found for SHA: ${asked}`);
    const state = STATES.find((one) => one === order.state);
    if (!state) throw validationFailed('Status', 'state', 'state is not included in the list');
    if ((order.description ?? '').length > MAX_DESCRIPTION) {
      const message = `description is too long (maximum is ${MAX_DESCRIPTION} characters)`;
      throw validationFailed('Status', 'description', message);
    }
    const { statuses } = call.state;
    const before = statuses.filter(
      (one) => one.repository === repository && one.sha === sha && one.context === order.context,
    );
    if (before.length >= MAX_PER_CONTEXT) {
      const message = 'This SHA and context has reached the maximum number of statuses.';
      throw validationFailed('Status', 'base', message);
    }
    const status: Status = {
      id: call.state.nextId(),
      repository,
      sha,
      state,
      description: order.description,
      targetUrl: order.target_url,
      context: order.context,
      createdMs: call.now(),
      user,
    };
    statuses.push(status);
    return Response.json(statusJson(status), { status: 201 });
  }),
};
