import type { Action } from '../../kit/action.ts';
import { answer, unlessEmpty } from '../answer.ts';
import { numberOf } from '../experiments/experiment.ts';
import { atMost, Int, messageOf, oneOf, Text, Texts, unchecked } from '../message.ts';
import { pageOf } from '../page-token.ts';
import { orderedRuns, searchedRuns } from '../search/tracking-search.ts';
import type { Mlflow } from '../state.ts';
import { checkPageSize, VIEWS, viewOf } from '../view.ts';
import { runJson } from './run.ts';

const SearchRuns = {
  experiment_ids: Texts,
  filter: Text,
  run_view_type: unchecked(oneOf(VIEWS)),
  max_results: atMost(Int, 50_000),
  order_by: Texts,
  page_token: unchecked(Text),
};

export const searchRuns: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/runs/search',
  source: 'recorded from MLflow 3.8.2 and 3.17.2: without experiments it finds nothing',
  async handle(call) {
    const order = await messageOf(call, SearchRuns);
    const { max_results = 1000, page_token } = order;
    checkPageSize(max_results);
    const matches = searchedRuns(order.filter ?? '');
    const ids = new Set(order.experiment_ids.map((id) => String(numberOf(id))));
    const isShown = viewOf(order.run_view_type);
    const runs = [...call.state.runs.values()]
      .filter((run) => ids.has(run.experimentId) && isShown(run.stage) && matches(run))
      .toSorted(orderedRuns(order.order_by));
    const { items, next } = pageOf(runs, max_results, page_token);
    return answer({ runs: unlessEmpty(items.map(runJson)), next_page_token: next });
  },
};
