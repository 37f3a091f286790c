import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import { publish } from '../webhooks/publish.ts';
import type { Workspace } from '../workspace.ts';
import { type Comment, versionFor } from './model.ts';
import { commentJson } from './model-json.ts';

const CreateComment = z.looseObject({
  name: z.string(),
  version: z.coerce.string(),
  comment: z.string(),
});

export const createComment: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/comments/create',
  source: 'databricks-sdk-py service/ml.py, create_comment; event: docs.databricks.com',
  handle: signedIn(async (call, principal) => {
    const { name, version, comment: text } = await inputOf(call, CreateComment);
    const found = versionFor(call.state, principal, { name, version, needed: 'CAN_READ' });
    const comment: Comment = {
      id: randomUUID().replaceAll('-', ''),
      userId: principal.name,
      createdMs: call.now(),
      updatedMs: call.now(),
      text,
    };
    found.comments.push(comment);
    publish(call.state, {
      events: ['COMMENT_CREATED'],
      model: name,
      fields: { version, comment: text },
      text: `A user commented on registered model '${name}' version ${version}.`,
    });
    return Response.json({ comment: commentJson(comment, principal) });
  }),
};
