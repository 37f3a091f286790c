import { plainLines } from './plain.ts';
import type { EvidenceResult, RunResult, TaskResult } from './run-result.ts';

/**
 * The result as JUnit XML: a case for each task, and one for the run where no task is to blame.
 * Source: testmoapp/junitxml; MicrosoftDocs/azure-devops-docs, PublishTestResults@2 (its mapping)
 */
export function junitOf(result: RunResult): string {
  const { what, run, tasks, evidence } = result;
  const suite = run?.name || what;
  const cases = [...tasks, ...evidence.map(asTask)].map((task) => caseOf(suite, task));
  if (!isTold(result)) cases.push(caseOfRun(suite, result));
  const failures = cases.filter(({ kind }) => kind === 'failure').length;
  const skipped = cases.filter(({ kind }) => kind === 'skipped').length;
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${xml(suite)}" ${counts}${stampOf(run?.started ?? null)}>`,
    ...cases.map(({ lines }) => lines),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

type CaseOf = Pick<
  TaskResult,
  'name' | 'verdict' | 'reason' | 'started' | 'ended' | 'error' | 'trace' | 'output'
>;

interface Case {
  readonly kind: 'passed' | 'failure' | 'skipped';
  readonly lines: string;
}

/** Whether the tasks alone say how it ended: a report is never greener than the verdict. */
function isTold({ verdict, tasks, evidence }: RunResult): boolean {
  if (verdict === 'succeeded') return tasks.length > 0;
  return [...tasks, ...evidence].some((one) => kindOf(one) === 'failure');
}

/** A run that belongs to it is a case like any other. */
function asTask({ system, id, url, tasks, ...run }: EvidenceResult): CaseOf {
  const errors = tasks.flatMap(({ name, error }) =>
    error === null ? [] : `task ${name}: ${error}`,
  );
  const trace = errors.length > 0 ? errors.join('\n') : `${run.reason}\n${url}`;
  return { ...run, name: `${system} run ${id}`, error: null, trace, output: url };
}

function caseOf(suite: string, task: CaseOf): Case {
  const { name, verdict, reason, started, ended, error, trace, output } = task;
  const kind = kindOf(task);
  const seconds =
    started !== null && ended !== null ? (Date.parse(ended) - Date.parse(started)) / 1000 : 0;
  const message = xml(error ?? reason);
  const inside = {
    passed: [],
    skipped: [`      <skipped message="${xml(reason)}"/>`],
    failure: [
      `      <failure type="${verdict ?? 'unfinished'}" message="${message}">${xml(trace ?? reason)}</failure>`,
    ],
  }[kind];
  return {
    kind,
    lines: [
      `    <testcase classname="${xml(suite)}" name="${xml(name)}" time="${seconds.toFixed(3)}">`,
      ...inside,
      ...(output === null ? [] : [`      <system-out>${xml(output)}</system-out>`]),
      '    </testcase>',
    ].join('\n'),
  };
}

function caseOfRun(suite: string, { verdict, reason, what }: RunResult): Case {
  const isGreen = verdict === 'succeeded' || verdict === null;
  const inside = isGreen
    ? []
    : [`      <failure type="${verdict}" message="${xml(reason)}">${xml(reason)}</failure>`];
  return {
    kind: isGreen ? 'passed' : 'failure',
    lines: [
      `    <testcase classname="${xml(suite)}" name="${xml(what)}" time="0.000">`,
      ...inside,
      '    </testcase>',
    ].join('\n'),
  };
}

function kindOf({ verdict }: Pick<TaskResult, 'verdict'>): Case['kind'] {
  if (verdict === 'succeeded') return 'passed';
  return verdict === 'skipped' ? 'skipped' : 'failure';
}

function stampOf(started: string | null): string {
  return started === null ? '' : ` timestamp="${started.slice(0, 19)}"`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** What XML cannot hold at all is left out, halves of letters included. */
function xml(text: string): string {
  return plainLines(text)
    .join('\n')
    .toWellFormed()
    .replaceAll(/[\uFFFE\uFFFF]/g, '')
    .replaceAll(/[&<>"']/g, (letter) => ENTITIES[letter] ?? '');
}
