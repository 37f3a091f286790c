import { z } from 'zod';

import type { DatabricksClient } from './databricks-client.ts';

interface Tag {
  readonly model: string;
  readonly version: string;
  /** At most 250 bytes. */
  readonly key: string;
  /** At most 5,000 bytes. */
  readonly value: string;
}

/**
 * Sets a tag of a model version, whatever it was before.
 * Source: databricks-sdk-py `databricks/sdk/service/ml.py`, `set_model_version_tag`
 */
export async function setModelVersionTag(
  client: DatabricksClient,
  { model, version, key, value }: Tag,
  signal: AbortSignal,
): Promise<void> {
  const path = '/api/2.0/mlflow/model-versions/set-tag';
  const body = { name: model, version, key, value };
  await client.post({ path, body, signal, repeatable: true }, z.unknown());
}
