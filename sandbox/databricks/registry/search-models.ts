import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { Int, inputOf, listOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { readableModels } from './model.ts';
import { modelJson } from './model-json.ts';
import { filterOf, orderOf, pageSize, resultPage } from './search.ts';

const SearchModels = z.looseObject({
  filter: z.string().default(''),
  max_results: Int.default(100),
  order_by: listOf(z.string()).default([]),
  page_token: z.string().optional(),
});

export const searchModels: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/mlflow/registered-models/search',
  source: 'databricks-sdk-py service/ml.py, search_models: at most 1000, 100 if not said',
  handle: signedIn(async (call, principal) => {
    const { filter, max_results, order_by, page_token } = await inputOf(call, SearchModels);
    const matches = filterOf(filter, ['name', 'tag']);
    const models = readableModels(call.state, principal).filter((model) =>
      matches({ name: model.name, tags: model.tags }),
    );
    const fields = {
      name: (model: (typeof models)[number]) => model.name,
      timestamp: (model: (typeof models)[number]) => model.updatedMs,
      last_updated_timestamp: (model: (typeof models)[number]) => model.updatedMs,
      creation_timestamp: (model: (typeof models)[number]) => model.createdMs,
    };
    const sorted = models.toSorted(orderOf(order_by.length > 0 ? order_by : ['name ASC'], fields));
    const { items, next } = resultPage(sorted, pageSize(max_results, 1000), page_token);
    return Response.json({ registered_models: items.map(modelJson), ...next });
  }),
};
