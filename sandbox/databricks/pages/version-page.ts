import type { Action } from '../../kit/action.ts';
import { escaped, page, table, time } from '../../kit/page.ts';
import type { Version } from '../registry/model.ts';
import type { Workspace } from '../workspace.ts';

export const versionPage: Action<Workspace> = {
  method: 'GET',
  path: '/ml/models/:name/versions/:version',
  source: 'the path of the model registry in the Databricks web interface; the page is our own',
  handle: ({ state, params: { name = '', version = '' } }) => {
    const found = state.models.get(name)?.versions.find((one) => one.version === version);
    if (!found) {
      return page('Version not found', '<p>There is no such version in this sandbox.</p>', 404);
    }
    return page(`${name} version ${version}`, bodyOf(found));
  },
};

function bodyOf(version: Version): string {
  const about = table(
    ['', ''],
    [
      ['Stage', `<b>${escaped(version.stage)}</b>`],
      ['Registered', `${escaped(time(version.createdMs))} by ${escaped(version.userId)}`],
      ['Last change', escaped(time(version.updatedMs))],
      ['Source', escaped(version.source)],
    ],
  );
  const tags = [...version.tags].map(([key, value]) => [escaped(key), escaped(value)]);
  const requests = version.requests.map((one) => [escaped(one.toStage), escaped(one.userId)]);
  const comments = version.comments.map(
    (one) =>
      `<p class="dim">${escaped(time(one.createdMs))} ${escaped(one.userId)}</p>` +
      `<pre class="out">${escaped(one.text)}</pre>`,
  );
  const activities = version.activities.map((one) => [
    escaped(time(one.atMs)),
    escaped(one.type),
    `${escaped(one.fromStage)} to ${escaped(one.toStage)}`,
    escaped(one.userId),
    escaped(one.comment ?? ''),
  ]);
  return [
    about,
    `<h2>Description</h2><pre class="out">${escaped(version.description)}</pre>`,
    `<h2>Tags</h2>${table(['Key', 'Value'], tags)}`,
    requests.length > 0 ? `<h2>Open requests</h2>${table(['To', 'By'], requests)}` : '',
    `<h2>Comments</h2>${comments.join('\n')}`,
    `<h2>Activity</h2>${table(['When', 'What', 'Stages', 'By', 'Comment'], activities)}`,
  ].join('\n');
}
