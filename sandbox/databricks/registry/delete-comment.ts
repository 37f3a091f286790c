import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { checkOwnComment, commentWith } from './find-comment.ts';

export const deleteComment: Action<Workspace> = {
  method: 'DELETE',
  path: '/api/2.0/mlflow/comments/delete',
  source: 'databricks-sdk-py service/ml.py, delete_comment',
  handle: signedIn(async (call, principal) => {
    const { id } = await inputOf(call, z.looseObject({ id: z.string() }));
    const { comment, version } = commentWith(call.state, id);
    checkOwnComment(call.state, principal, comment, version);
    version.comments.splice(version.comments.indexOf(comment), 1);
    return Response.json({});
  }),
};
