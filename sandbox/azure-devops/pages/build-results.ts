import type { Action } from '../../kit/action.ts';
import { escaped, page } from '../../kit/page.ts';
import type { RunRecord, TimelineRecord } from '../../pipelines/runs/run-record.ts';
import { checkProject } from '../enter.ts';
import { runBy } from '../runs/find-run.ts';
import type { AzureDevops, Run } from '../state.ts';

/** The page of one run: how it ended, its stages, jobs and steps, and what they printed. */
export const buildResults: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_build/results',
  source: 'the address in `_links.web` of a build; the page is our own',
  handle(call) {
    checkProject(call);
    const id = call.url.searchParams.get('buildId');
    const run = runBy(call.state, id ?? undefined);
    if (!run) return page('Run not found', '<p>There is no such run in this sandbox.</p>', 404);
    const title = `#${run.record.number} • ${run.definition.name}`;
    const { record } = run;
    const body = [
      about(run),
      messages(record),
      summaries(record),
      artifacts(record),
      stages(record),
    ];
    return page(title, body.join('\n'));
  },
};

function about({ record, requestedFor, reason, sourceBranch, sourceVersion, definition }: Run) {
  const rows = [
    ['Result', mark(record.result ?? record.status)],
    ['Run', escaped(record.id)],
    [
      'Pipeline',
      `${escaped(definition.name)} <span class="dim">${escaped(definition.path)}</span>`,
    ],
    ['Started by', `${escaped(requestedFor.displayName)} <span class="dim">${reason}</span>`],
    ['Branch', escaped(sourceBranch)],
    ['Commit', escaped(sourceVersion)],
    ['Queued', time(record.queuedAtMs)],
    ['Started', time(record.startedAtMs)],
    ['Finished', time(record.finishedAtMs)],
    ['Tags', escaped(record.tags.join(', '))],
  ];
  return `<table>${rows.map(([name, value]) => `<tr><th>${name}</th><td>${value}</td></tr>`).join('')}</table>`;
}

function messages({ validation }: RunRecord): string {
  return validation
    .map(({ result, message }) => {
      const name = result === 'error' ? 'bad' : 'dim';
      return `<pre class="${name}">${escaped(message)}</pre>`;
    })
    .join('');
}

function summaries({ summaries: all }: RunRecord): string {
  return all
    .map(({ name, text }) => `<h2>${escaped(name)}</h2><pre>${escaped(text)}</pre>`)
    .join('');
}

function artifacts({ artifacts: all }: RunRecord): string {
  if (all.length === 0) return '';
  const rows = all.map(
    ({ name, type, size }) =>
      `<tr><td>${escaped(name)}</td><td>${escaped(type)}</td><td>${size} bytes</td></tr>`,
  );
  return `<h2>Artifacts</h2><table>${rows.join('')}</table>`;
}

function stages(run: RunRecord): string {
  return children(run, null)
    .map((stage) => {
      const jobs = children(run, stage.id).flatMap((phase) => children(run, phase.id));
      const parts = jobs.map((job) => `<h3>${titled(job)}</h3>${issues(job)}${steps(run, job)}`);
      return `<h2>${titled(stage)}</h2>${issues(stage)}${parts.join('')}`;
    })
    .join('');
}

function steps(run: RunRecord, job: TimelineRecord): string {
  return children(run, job.id)
    .map((step) => {
      const open = step.result === 'Failed' || step.result === 'SucceededWithIssues' ? ' open' : '';
      const log = run.logs.find(({ id }) => id === step.logId);
      const text = log ? `<pre>${linked(escaped(log.lines.join('\n')))}</pre>` : '';
      return `<details${open}><summary>${titled(step)}</summary>${issues(step)}${text}</details>`;
    })
    .join('');
}

/** Escaped text with its addresses as links. */
function linked(html: string): string {
  return html.replace(/https:\/\/[\w.-]+\/[\w./?=%-]*/g, (url) => `<a href="${url}">${url}</a>`);
}

function children(run: RunRecord, parentId: string | null): readonly TimelineRecord[] {
  return run.records
    .filter((record) => record.parentId === parentId)
    .toSorted((one, other) => one.order - other.order);
}

function issues({ issues: all }: TimelineRecord): string {
  return all.map(({ message }) => `<p class="bad">${escaped(message)}</p>`).join('');
}

function titled({ name, state, result }: TimelineRecord): string {
  return `${escaped(name)} ${mark(result ?? state)}`;
}

function mark(state: string): string {
  const word = state.toLowerCase();
  const kind = word === 'succeeded' ? 'good' : 'dim';
  const bad = ['failed', 'canceled', 'abandoned', 'partiallysucceeded', 'succeededwithissues'];
  return `<span class="${bad.includes(word) ? 'bad' : kind}">${escaped(state)}</span>`;
}

function time(ms: number | null): string {
  return ms === null
    ? ''
    : escaped(new Date(ms).toISOString().replace('T', ' ').replace('Z', ' UTC'));
}
