import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { checkOwnComment, commentWith } from './find-comment.ts';
import { commentJson } from './model-json.ts';

const UpdateComment = z.looseObject({ id: z.string(), comment: z.string() });

export const updateComment: Action<Workspace> = {
  method: 'PATCH',
  path: '/api/2.0/mlflow/comments/update',
  source: 'databricks-sdk-py service/ml.py, update_comment',
  handle: signedIn(async (call, principal) => {
    const { id, comment: text } = await inputOf(call, UpdateComment);
    const { comment, version } = commentWith(call.state, id);
    checkOwnComment(call.state, principal, comment, version);
    comment.text = text;
    comment.updatedMs = call.now();
    return Response.json({ comment: commentJson(comment, principal) });
  }),
};
