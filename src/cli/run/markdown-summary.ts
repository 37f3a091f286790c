import { plainLine, plainLines, shortened } from './plain.ts';
import type { EvidenceResult, RunResult, TaskResult } from './run-result.ts';
import { isBad } from './text-report.ts';

/** The result as a page of Markdown, for the summary of a CI system. */
export function summaryOf(result: RunResult): string {
  const { verdict, reason, hint, run, tasks, evidence, what } = result;
  const link = run?.url ? ` ([run ${text(run.id)}](<${address(run.url)}>))` : '';
  return [
    `### ${text(what)}: ${text(verdict ?? 'started')}`,
    '',
    `${text(reason)}${link}`,
    ...(hint === null ? [] : ['', text(hint)]),
    ...(tasks.length === 0 ? [] : ['', '| task | verdict | attempt | time |', '|---|---|---|---|']),
    ...tasks.map(row),
    ...(evidence.length === 0 ? [] : ['']),
    ...evidence.map(item),
    ...[...tasks, ...evidence.flatMap((one) => one.tasks)]
      .filter((task) => isBad(task))
      .slice(0, MOST_TRACES)
      .flatMap(traceOf),
    '',
  ].join('\n');
}

/** A page of a thousand traces is read by nobody, and refused from a megabyte on. */
const MOST_TRACES = 10;
const LONGEST_TRACE = 8000; // characters

function row({ name, verdict, attempt, started, ended }: TaskResult): string {
  const ms = started !== null && ended !== null ? Date.parse(ended) - Date.parse(started) : null;
  const time = ms === null ? '' : `${(ms / 1000).toFixed(1)} s`;
  return `| ${text(name)} | ${verdict ?? 'not ended'} | ${attempt} | ${time} |`;
}

function item({ system, id, url, verdict, reason }: EvidenceResult): string {
  const run = text(`${system} run ${id}`);
  const named = url.startsWith('https://') ? `[${run}](<${address(url)}>)` : run;
  return `- ${named}: ${verdict ?? 'not ended'}, ${text(reason)}`;
}

function traceOf({
  name,
  error,
  trace = null,
}: Pick<TaskResult, 'name' | 'error'> & Partial<TaskResult>): readonly string[] {
  const whole = [error, trace].filter((part) => part !== null).join('\n');
  if (whole === '') return [];
  const lines = plainLines(shortened(whole, LONGEST_TRACE));
  const longest = Math.max(2, ...lines.map((line) => longestFence(line)));
  const fence = '`'.repeat(longest + 1);
  return ['', `**${text(name)}**`, '', `${fence}text`, ...lines, fence];
}

function longestFence(line: string): number {
  return Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
}

/** Somebody else's words, as words. */
function text(words: string): string {
  return plainLine(words)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]()#+!|~@]/g, String.raw`\$&`);
}

function address(url: string): string {
  return plainLine(url).replaceAll(/[<>\s\\`|]/g, encodeURIComponent);
}
