import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { Int, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { scanPage } from './scan-page.ts';
import { versionInfo } from './unity-json.ts';
import { unityModel } from './unity-model.ts';

const ListVersions = z.looseObject({
  max_results: Int.default(0),
  page_token: z.string().optional(),
});

export const listUnityVersions: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.1/unity-catalog/models/:name/versions',
  source: 'databricks-sdk-py service/catalog.py, ModelVersionsAPI.list: without aliases and tags',
  handle: signedIn(async (call) => {
    const page = await inputOf(call, ListVersions);
    const model = unityModel(call.state, call.params['name'] ?? '');
    const newestFirst = model.versions.toReversed();
    const { items, next } = scanPage(newestFirst, page, { usual: 100, most: 1000 });
    const versions = items.map((one) => versionInfo(model, one, { aliases: false }));
    return Response.json({ ...(versions.length > 0 && { model_versions: versions }), ...next });
  }),
};
