import type { Action } from '../../kit/action.ts';
import { answer, unlessEmpty } from '../answer.ts';
import { atMost, Int, messageOf, Text, Texts } from '../message.ts';
import { latestVersions } from '../model-versions/version.ts';
import { pageOf } from '../page-token.ts';
import { orderedModels, searchedModels } from '../search/registry-search.ts';
import type { Mlflow } from '../state.ts';
import { type Model, modelJson } from './model.ts';

const SearchModels = {
  filter: Text,
  max_results: atMost(Int, 1000),
  order_by: Texts,
  page_token: Text,
};

export const searchModels: Action<Mlflow> = {
  method: 'GET',
  path: '/api/2.0/mlflow/registered-models/search',
  source: 'recorded from MLflow 3.8.2 and 3.17.2; sqlalchemy_store.py, search_registered_models',
  async handle(call) {
    const {
      filter = '',
      max_results = 100,
      order_by,
      page_token,
    } = await messageOf(call, SearchModels);
    const matches = searchedModels(filter);
    const models = [...call.state.models.values()].filter(matches);
    const sorted = models.toSorted(orderedModels(order_by));
    const { items, next } = pageOf(sorted, max_results, page_token);
    return answer({
      registered_models: unlessEmpty(items.map((model) => modelJson(model, byStage(model)))),
      next_page_token: next,
    });
  },
};

/** Here alone, the versions come in the order of their stages' names. */
function byStage(model: Model) {
  return latestVersions(model).toSorted((a, b) => (a.stage < b.stage ? -1 : 1));
}
