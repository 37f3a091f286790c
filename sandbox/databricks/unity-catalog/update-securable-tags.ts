import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { changeTags, TagChanges } from './tag-changes.ts';
import { unityModel } from './unity-model.ts';

/** Models alone are tagged here: securables of the type FUNCTION. */
export const updateSecurableTags: Action<Workspace> = {
  method: 'PATCH',
  path: '/api/2.1/unity-catalog/securable-tags/FUNCTION/:name',
  source: 'mlflow unity_catalog_service.proto, UpdateTagSecurableAssignments',
  handle: signedIn(async (call, principal) => {
    const changes = await inputOf(call, TagChanges);
    const model = unityModel(call.state, call.params['name'] ?? '');
    changeTags({ workspace: call.state, principal }, model, model, changes);
    return Response.json({});
  }),
};
