import type { Action, Call } from '../../kit/action.ts';
import { answer, unlessEmpty } from '../answer.ts';
import { Int, messageOf, oneOf, Text, Texts } from '../message.ts';
import { pageOf } from '../page-token.ts';
import { orderedExperiments, searchedExperiments } from '../search/tracking-search.ts';
import type { Mlflow } from '../state.ts';
import { checkPageSize, VIEWS, viewOf } from '../view.ts';
import { experimentJson } from './experiment.ts';

const SearchExperiments = {
  view_type: oneOf(VIEWS),
  max_results: Int,
  order_by: Texts,
  filter: Text,
  page_token: Text,
};

const path = '/api/2.0/mlflow/experiments/search';
const source = 'recorded from MLflow 3.17.2: without max_results it is a 400';

export const searchExperiments: Action<Mlflow> = { method: 'POST', path, source, handle: search };

export const searchExperimentsByQuery: Action<Mlflow> = {
  method: 'GET',
  path,
  source,
  handle: search,
};

async function search(call: Call<Mlflow>): Promise<Response> {
  const {
    filter = '',
    max_results = 0,
    order_by,
    page_token,
    view_type,
  } = await messageOf(call, SearchExperiments);
  checkPageSize(max_results);
  const matches = searchedExperiments(filter);
  const isShown = viewOf(view_type);
  const experiments = [...call.state.experiments.values()]
    .filter((one) => isShown(one.stage) && matches(one))
    .toSorted(orderedExperiments(order_by));
  const { items, next } = pageOf(experiments, max_results, page_token);
  return answer({ experiments: unlessEmpty(items.map(experimentJson)), next_page_token: next });
}
