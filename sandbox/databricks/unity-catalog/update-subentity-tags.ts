import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { changeTags, TagChanges } from './tag-changes.ts';
import { unityModel, unityVersion } from './unity-model.ts';

/** A version is a subentity of its model. */
export const updateSubentityTags: Action<Workspace> = {
  method: 'PATCH',
  path: '/api/2.1/unity-catalog/subentity-tags/FUNCTION/:name/:version',
  source: 'mlflow unity_catalog_service.proto, UpdateTagSubentityAssignments',
  handle: signedIn(async (call, principal) => {
    const changes = await inputOf(call, TagChanges);
    const { name = '', version = '' } = call.params;
    const model = unityModel(call.state, name);
    const by = { workspace: call.state, principal };
    changeTags(by, model, unityVersion(model, version), changes);
    return Response.json({});
  }),
};
