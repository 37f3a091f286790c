import type { ClientResult } from './run-client.ts';

const HEAD = ['client', 'version', 'passed', 'failed', 'not run'];

/** The results as a table for people, with what failed or was not run below it. */
export function tableOf(results: readonly ClientResult[]): string {
  const rows = results.map(({ client, version, passed, failed, notRun }) => [
    client,
    version ?? '-',
    ...[passed, failed, notRun].map((list) => String(list.length)),
  ]);
  const widths = HEAD.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(HEAD), ...rows.map(line), ...results.flatMap(complaintsOf)].join('\n');
}

/** `212 passed, 0 failed, 0 not run` */
export function sumOf(results: readonly ClientResult[]): string {
  const sum = (pick: (result: ClientResult) => readonly unknown[]) =>
    results.reduce((total, result) => total + pick(result).length, 0);
  return [
    `${sum(({ passed }) => passed)} passed`,
    `${sum(({ failed }) => failed)} failed`,
    `${sum(({ notRun }) => notRun)} not run`,
  ].join(', ');
}

function complaintsOf({ client, failed, notRun }: ClientResult): readonly string[] {
  const [first] = notRun;
  return [
    ...failed.map(
      ({ check, because }) => `FAILED  ${client}: ${check}\n        ${indented(because)}`,
    ),
    ...(first ? [`NOT RUN ${client}: ${first.because}`] : []),
  ];
}

function indented(text: string): string {
  return text.trim().slice(0, 1_500).replaceAll('\n', '\n        ');
}
