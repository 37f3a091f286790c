import { z } from 'zod';

import type { Action } from '../../../kit/action.ts';
import { signedIn } from '../../authentication.ts';
import { Int, inputOf } from '../../input.ts';
import { filterOf, pageSize, resultPage } from '../../registry/search.ts';
import type { Workspace } from '../../workspace.ts';
import { versionJson } from '../unity-json.ts';

const SearchVersions = z.looseObject({
  filter: z.string().default(''),
  max_results: Int.default(10_000),
  page_token: z.string().optional(),
});

export const searchUcVersions: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/mlflow/unity-catalog/model-versions/search',
  source:
    'mlflow databricks_uc_registry_service.proto, SearchModelVersions: without aliases and tags',
  handle: signedIn(async (call) => {
    const { filter, max_results, page_token } = await inputOf(call, SearchVersions);
    const matches = filterOf(filter, ['name', 'run_id']);
    const versions = [...call.state.unityModels.values()]
      .flatMap((model) => model.versions.map((version) => versionJson(model, version)))
      .filter(({ name, run_id }) => matches({ name, run_id, tags: new Map() }))
      .map((one) => ({ ...one, aliases: [], tags: [] }));
    const { items, next } = resultPage(versions, pageSize(max_results, 10_000), page_token);
    return Response.json({ model_versions: items, ...next });
  }),
};
