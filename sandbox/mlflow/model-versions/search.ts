import type { Action } from '../../kit/action.ts';
import { answer, unlessEmpty } from '../answer.ts';
import { atMost, Int, messageOf, Text, Texts } from '../message.ts';
import { invalidParameter } from '../mlflow-error.ts';
import { pageOf } from '../page-token.ts';
import { orderedVersions, searchedVersions } from '../search/registry-search.ts';
import type { Mlflow } from '../state.ts';
import { versionJson } from './version.ts';

const SearchVersions = {
  filter: Text,
  max_results: atMost(Int, 200_000),
  order_by: Texts,
  page_token: Text,
};

export const searchVersions: Action<Mlflow> = {
  method: 'GET',
  path: '/api/2.0/mlflow/model-versions/search',
  source:
    'recorded from MLflow 3.8.2 and 3.17.2: no aliases; sqlalchemy_store.py, search_model_versions',
  async handle(call) {
    const {
      filter = '',
      max_results = 200_000,
      order_by,
      page_token,
    } = await messageOf(call, SearchVersions);
    if (max_results < 1) {
      throw invalidParameter(
        `Invalid value for max_results. It must be a positive integer, but got ${max_results}`,
      );
    }
    const matches = searchedVersions(filter);
    const versions = [...call.state.models.values()].flatMap((model) =>
      model.versions.filter((version) => !version.isDeleted && matches(version, model)),
    );
    const sorted = versions.toSorted(orderedVersions(order_by));
    const { items, next } = pageOf(sorted, max_results, page_token);
    return answer({
      model_versions: unlessEmpty(items.map((version) => versionJson(version))),
      next_page_token: next,
    });
  },
};
