import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { Int, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { readableModels } from './model.ts';
import { modelJson } from './model-json.ts';
import { pageSize, resultPage } from './search.ts';

const ListModels = z.looseObject({
  max_results: Int.default(100),
  page_token: z.string().optional(),
});

export const listModels: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/mlflow/registered-models/list',
  source: 'databricks-sdk-py service/ml.py, list_models: at most 1000',
  handle: signedIn(async (call, principal) => {
    const { max_results, page_token } = await inputOf(call, ListModels);
    const models = readableModels(call.state, principal);
    const sorted = models.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const { items, next } = resultPage(sorted, pageSize(max_results, 1000), page_token);
    return Response.json({ registered_models: items.map(modelJson), ...next });
  }),
};
