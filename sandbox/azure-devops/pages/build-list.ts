import type { Action } from '../../kit/action.ts';
import { escaped, page } from '../../kit/page.ts';
import { checkProject } from '../enter.ts';
import { linksOf } from '../links.ts';
import type { AzureDevops } from '../state.ts';

/** The page with all runs, the newest first; of one pipeline, if one is asked for. */
export const buildList: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_build',
  source: 'the address of the page in Azure DevOps; the page is our own',
  handle(call) {
    checkProject(call);
    return listPage(call.state, call.url.searchParams.get('definitionId'));
  },
};

/** The page that `pipeline.web` leads to. */
export const definitionPage: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_build/definition',
  source: 'the address in `_links.web` of a pipeline; the page is our own',
  handle(call) {
    checkProject(call);
    return listPage(call.state, call.url.searchParams.get('definitionId'));
  },
};

function listPage(state: AzureDevops, definitionId: string | null): Response {
  const runs = state.runs
    .filter(({ definition }) => definitionId === null || String(definition.id) === definitionId)
    .toReversed();
  const rows = runs.map(({ record, definition, sourceBranch }) => {
    const href = escaped(linksOf(state).runWeb(record.id));
    const cells = [
      `<a href="${href}">#${escaped(record.number)}</a>`,
      escaped(definition.name),
      escaped(sourceBranch.replace(/^refs\/heads\//, '')),
      escaped(record.result ?? record.status),
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  const head = '<tr><th>Run</th><th>Pipeline</th><th>Branch</th><th>Result</th></tr>';
  return page('Runs', `<table>${head}${rows.join('')}</table>`);
}
