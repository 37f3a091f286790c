import { doesNotExist } from '../api-error.ts';
import { checkModelAccess } from '../permissions/model-access.ts';
import type { Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';
import { type Comment, modelNamed, type Version } from './model.ts';

/**
 * The comment with this id, and the version it stands on. The text is ours.
 *
 * @throws {ApiError} there is none
 */
export function commentWith(
  workspace: Workspace,
  id: string,
): { readonly comment: Comment; readonly version: Version } {
  for (const version of [...workspace.models.values()].flatMap((model) => model.versions)) {
    const comment = version.comments.find((one) => one.id === id);
    if (comment) return { comment, version };
  }
  throw doesNotExist(`Comment with id '${id}' does not exist`);
}

/** Comments are changed by who wrote them, or who manages the model. @throws {ApiError} 403 */
export function checkOwnComment(
  workspace: Workspace,
  principal: Principal,
  comment: Comment,
  version: Version,
): void {
  if (comment.userId === principal.name) return;
  checkModelAccess(workspace, principal, modelNamed(workspace, version.name), 'CAN_MANAGE');
}
