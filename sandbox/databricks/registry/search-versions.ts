import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { Int, inputOf, listOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { readableModels, type Version } from './model.ts';
import { versionJson } from './model-json.ts';
import { filterOf, orderOf, pageSize, resultPage } from './search.ts';

const SearchVersions = z.looseObject({
  filter: z.string().default(''),
  max_results: Int.default(10_000),
  order_by: listOf(z.string()).default([]),
  page_token: z.string().optional(),
});

const FIELDS = {
  name: (one: Version) => one.name,
  version_number: (one: Version) => Number(one.version),
  creation_timestamp: (one: Version) => one.createdMs,
  last_updated_timestamp: (one: Version) => one.updatedMs,
};

function searchable({ name, runId, source, version, tags }: Version) {
  return { name, run_id: runId, source_path: source, version_number: version, tags };
}

export const searchVersions: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/mlflow/model-versions/search',
  source: 'databricks-sdk-py service/ml.py, search_model_versions: at most 10000',
  handle: signedIn(async (call, principal) => {
    const { filter, max_results, order_by, page_token } = await inputOf(call, SearchVersions);
    const matches = filterOf(filter, ['name', 'run_id', 'source_path', 'version_number', 'tag']);
    const versions = readableModels(call.state, principal)
      .flatMap((model) => model.versions)
      .filter((one) => matches(searchable(one)));
    const usual = ['last_updated_timestamp DESC', 'name ASC', 'version_number DESC'];
    const sorted = versions.toSorted(orderOf(order_by.length > 0 ? order_by : usual, FIELDS));
    const { items, next } = resultPage(sorted, pageSize(max_results, 10_000), page_token);
    return Response.json({ model_versions: items.map(versionJson), ...next });
  }),
};
