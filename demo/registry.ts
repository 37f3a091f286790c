import { ModelVersionAnswer } from './answers.ts';
import type { Stage } from './stage.ts';
import { openVendorApi } from './vendor-api.ts';

/** Has the registry send its stage changes to the service; unsigned where there is no secret. */
export async function registerWebhook(stage: Stage, secret: string | null): Promise<void> {
  const url = `${stage.serviceUrl}/hooks/prod-registry`;
  await openVendorApi(stage).databricks('mlflow/registry-webhooks/create', {
    body: {
      events: ['MODEL_VERSION_TRANSITIONED_STAGE'],
      description: 'signalbox',
      http_url_spec: { url, ...(secret !== null && { secret }) },
    },
  });
}

/** Registers a version by hand and moves it to Staging; resolves to its number. */
export async function stageByHand(stage: Stage, model: string): Promise<string> {
  const vendor = openVendorApi(stage);
  await vendor.databricks('mlflow/registered-models/create', { body: { name: model } });
  const created = await vendor.databricks('mlflow/model-versions/create', {
    body: { name: model, source: 'dbfs:/tutorials/none' },
  });
  const { version } = ModelVersionAnswer.parse(created).model_version;
  await vendor.databricks('mlflow/databricks/model-versions/transition-stage', {
    body: { name: model, version, stage: 'Staging', archive_existing_versions: false },
  });
  return version;
}
