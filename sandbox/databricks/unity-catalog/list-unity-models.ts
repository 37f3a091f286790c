import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { invalidParameter } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { Int, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { scanPage } from './scan-page.ts';
import { modelInfo } from './unity-json.ts';
import { checkPlace } from './unity-model.ts';

const ListModels = z.looseObject({
  catalog_name: z.string().optional(),
  schema_name: z.string().optional(),
  max_results: Int.default(0),
  page_token: z.string().optional(),
});

export const listUnityModels: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.1/unity-catalog/models',
  source:
    'databricks-sdk-py service/catalog.py, RegisteredModelsAPI.list: a page may be empty and have a token',
  handle: signedIn(async (call) => {
    const { catalog_name: catalog, schema_name: schema, ...page } = await inputOf(call, ListModels);
    if ((catalog === undefined) !== (schema === undefined)) {
      throw invalidParameter('Both or neither of catalog_name and schema_name must be given');
    }
    if (catalog !== undefined && schema !== undefined) checkPlace(call.state, catalog, schema);
    const size =
      catalog === undefined ? { usual: 100, most: 1000 } : { usual: 10_000, most: 10_000 };
    // The pages are those of the whole metastore: what is elsewhere leaves gaps in them.
    const { items, next } = scanPage([...call.state.unityModels.values()], page, size);
    const models = items
      .filter((one) => catalog === undefined || (one.catalog === catalog && one.schema === schema))
      .map((one) => modelInfo(one, { aliases: false }));
    return Response.json({ ...(models.length > 0 && { registered_models: models }), ...next });
  }),
};
