import type { Action } from '../../kit/action.ts';
import { answer, unlessEmpty } from '../answer.ts';
import { Int, messageOf, Text } from '../message.ts';
import { invalidParameter } from '../mlflow-error.ts';
import { pageOf } from '../page-token.ts';
import type { Mlflow } from '../state.ts';
import { webhookJson } from './webhook.ts';

export const listWebhooks: Action<Mlflow> = {
  method: 'GET',
  path: '/api/2.0/mlflow/webhooks',
  source: 'recorded from MLflow 3.8.2 and 3.17.2: the newest first, a hundred to the page',
  async handle(call) {
    const order = await messageOf(call, { max_results: Int, page_token: Text });
    const size = order.max_results || 100;
    if (size < 1 || size > 1000) {
      throw invalidParameter('max_results must be between 1 and 1000.');
    }
    const newestFirst = [...call.state.webhooks.values()]
      .toReversed()
      .toSorted((a, b) => b.createdMs - a.createdMs);
    const { items, next } = pageOf(newestFirst, size, order.page_token);
    return answer({ webhooks: unlessEmpty(items.map(webhookJson)), next_page_token: next });
  },
};
