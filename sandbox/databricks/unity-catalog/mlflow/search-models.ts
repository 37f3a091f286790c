import { z } from 'zod';

import type { Action } from '../../../kit/action.ts';
import { signedIn } from '../../authentication.ts';
import { Int, inputOf } from '../../input.ts';
import { pageSize, resultPage } from '../../registry/search.ts';
import type { Workspace } from '../../workspace.ts';
import { modelJson } from '../unity-json.ts';

const SearchModels = z.looseObject({
  max_results: Int.default(100),
  page_token: z.string().optional(),
});

export const searchUcModels: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/mlflow/unity-catalog/registered-models/search',
  source: 'mlflow databricks_uc_registry_service.proto, SearchRegisteredModels',
  handle: signedIn(async (call) => {
    const { max_results, page_token } = await inputOf(call, SearchModels);
    const models = [...call.state.unityModels.values()];
    const { items, next } = resultPage(models, pageSize(max_results, 1000), page_token);
    return Response.json({ registered_models: items.map(modelJson), ...next });
  }),
};
