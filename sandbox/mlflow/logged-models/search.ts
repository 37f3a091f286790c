import type { Action } from '../../kit/action.ts';
import { answer, unlessEmpty } from '../answer.ts';
import { Flag, Int, listOf, messageOf, need, nested, Text, Texts, unchecked } from '../message.ts';
import { pageOf } from '../page-token.ts';
import { orderedLoggedModels, searchedLoggedModels } from '../search/logged-model-search.ts';
import type { Mlflow } from '../state.ts';
import { loggedModelJson } from './logged-model.ts';

const SearchLoggedModels = {
  experiment_ids: need(Texts),
  filter: Text,
  max_results: Int,
  order_by: listOf(nested({ field_name: unchecked(Text), ascending: unchecked(Flag) })),
  page_token: Text,
};

export const searchLoggedModels: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/logged-models/search',
  source: 'recorded from MLflow 3.17.2; mlflow/utils/search_logged_model_utils.py',
  async handle(call) {
    const order = await messageOf(call, SearchLoggedModels);
    const matches = searchedLoggedModels(order.filter ?? '');
    const models = [...call.state.loggedModels.values()]
      .filter((one) => !one.isDeleted && order.experiment_ids.includes(one.experimentId))
      .filter(matches)
      .toSorted(orderedLoggedModels(order.order_by));
    const { items, next } = pageOf(models, order.max_results || 100, order.page_token);
    return answer({ models: unlessEmpty(items.map(loggedModelJson)), next_page_token: next });
  },
};
