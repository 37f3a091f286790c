import { z } from 'zod';

import { PermanentError } from '../../lib/errors.ts';
import type { DatabricksClient } from './databricks-client.ts';

/** Source: `ModelVersion` in databricks-sdk-py `databricks/sdk/service/ml.py` */
const ModelVersion = z.object({
  name: z.string(),
  version: z.string(),
  /** `None` is a stage like any other, and text. */
  current_stage: z.string().default('None'),
  last_updated_timestamp: z.number(),
});
export type ModelVersion = z.infer<typeof ModelVersion>;

/** Source: `SearchModelVersionsResponse` in databricks-sdk-py `databricks/sdk/service/ml.py` */
const Page = z.object({
  model_versions: z.array(ModelVersion).default([]),
  next_page_token: z.string().optional(),
});

const PAGE_SIZE = '1000';
const MAX_PAGES = 1000;

/** Every version of every model in the workspace's registry. */
export async function searchModelVersions(
  client: DatabricksClient,
  signal: AbortSignal,
): Promise<readonly ModelVersion[]> {
  const versions: ModelVersion[] = [];
  let next: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const query = { max_results: PAGE_SIZE, page_token: next };
    const ask = { path: '/api/2.0/mlflow/model-versions/search', query, signal };
    const page: z.infer<typeof Page> = await client.get(ask, Page);
    versions.push(...page.model_versions);
    next = page.next_page_token;
    if (!next) return versions;
  }
  throw new PermanentError('UNREADABLE', 'the list of model versions never ends');
}
