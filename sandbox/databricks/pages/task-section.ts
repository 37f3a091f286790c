import { escaped, table } from '../../kit/page.ts';
import type { CellRecord, TaskRun } from '../jobs/run.ts';
import { type Phase, stateAndStatus } from '../jobs/run-phase.ts';

/** What a task ran, cell by cell, and what came of it. */
export function taskSection(one: TaskRun): string {
  const end = one.notebookEnd;
  const parameters = Object.entries(one.task.work.parameters);
  const parts = [`<h2>${escaped(one.task.task_key)} ${phaseHtml(one.phase)}</h2>`];
  if (parameters.length > 0) {
    const rows = parameters.map(([name, value]) => [escaped(name), escaped(value)]);
    parts.push(table(['Parameter', 'Value'], rows));
  }
  if (one.isolation) parts.push(`<p class="dim">Isolation: ${escaped(one.isolation)}</p>`);
  parts.push(...one.cells.map(cellHtml));
  if (end?.kind === 'failed' || end?.kind === 'died')
    parts.push(`<pre class="out bad">${escaped(end.trace)}</pre>`);
  if (end?.kind === 'succeeded' && end.exit !== null) {
    parts.push(`<p>Notebook exited:</p><pre class="out">${escaped(end.exit)}</pre>`);
  }
  return parts.join('\n');
}

function cellHtml(cell: CellRecord): string {
  const title = cell.title ? ` ${escaped(cell.title)}` : '';
  const took = cell.durationMs === null ? '' : ` ${cell.durationMs} ms`;
  const lines = cell.lines.map((line) => line.text).join('\n');
  const output = lines ? `<pre class="out">${escaped(lines)}</pre>` : '';
  const mark = cell.ok === false ? ' <span class="bad">failed</span>' : '';
  const head = `<p class="dim">Cell ${cell.number}${title}${took}${mark}</p>`;
  return `${head}<pre>${escaped(cell.source)}</pre>${output}`;
}

export function phaseHtml(phase: Phase): string {
  const { state } = stateAndStatus(phase);
  if (phase.kind !== 'ended') return `<span>${escaped(state.life_cycle_state)}</span>`;
  const { result, message } = phase.outcome;
  const look = result === 'SUCCESS' ? 'good' : 'bad';
  const told = message ? ` <span class="dim">${escaped(message)}</span>` : '';
  return `<span class="${look}">${escaped(result ?? state.life_cycle_state)}</span>${told}`;
}
