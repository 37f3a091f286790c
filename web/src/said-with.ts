import type { EventView } from '../../src/http/views.ts';

/** What somebody wrote with an event; '' where it is nothing, or only what its title says. */
export function saidWith(event: Pick<EventView, 'model' | 'version' | 'fields'>): string {
  const { comment = '', text = '' } = event.fields;
  if (comment.trim() !== '') return comment.trim();
  return text === saidByRegistry(event) ? '' : text.trim();
}

/** Source: docs.databricks.com, "MLflow Model Registry Webhooks", the `text` of a transition. */
function saidByRegistry({ model, version, fields }: Parameters<typeof saidWith>[0]): string {
  const { from_stage: from = '', to_stage: to = '' } = fields;
  return `Registered model '${model}' version ${version} transitioned from ${from} to ${to}.`;
}
