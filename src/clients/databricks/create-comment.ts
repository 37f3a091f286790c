import { z } from 'zod';

import type { DatabricksClient } from './databricks-client.ts';

interface Comment {
  readonly model: string;
  readonly version: string;
  /** Markdown. */
  readonly text: string;
}

/**
 * Comments on a model version. Nobody can list comments, so that a lost answer stays uncertain.
 * Source: databricks-sdk-py `databricks/sdk/service/ml.py`, `create_comment`
 */
export async function createComment(
  client: DatabricksClient,
  { model, version, text }: Comment,
  signal: AbortSignal,
): Promise<void> {
  const path = '/api/2.0/mlflow/comments/create';
  const body = { name: model, version, comment: text };
  await client.post({ path, body, signal, repeatable: false }, z.unknown());
}
