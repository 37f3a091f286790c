import type { Figure, Limit, Measured } from './bench.ts';
import { judgementOf, middleOf } from './statistics.ts';

/** A bench's lines as a table of Markdown, which is readable in a terminal, too. */
export function tableOf(measured: readonly Measured[]): string {
  const rows = measured.map(rowOf);
  const widths = HEAD.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(HEAD), rule, ...rows.map(line)].join('\n');
}

const HEAD = ['what', 'median', 'rounds', 'limit', 'verdict', 'others'] as const;

function rowOf(one: Measured): readonly string[] {
  if (one.kind === 'not_run') return [one.what, '–', one.because, '', 'not run', ''];
  const values = one.rounds.map(({ value }) => value);
  const others = one.rounds.map(({ foreign }) => foreign);
  return [
    one.what,
    shown(middleOf(one), one),
    `${shown(Math.min(...values), one)} … ${shown(Math.max(...values), one)}`,
    one.limit ? limitText(one.limit, one) : '',
    one.limit ? judgementOf(one) : '',
    `${Math.round(Math.max(...others) * 100)} %`,
  ];
}

function limitText({ kind, value }: Limit, { unit }: Figure): string {
  const number = value.toLocaleString('en');
  return `${kind === 'at_least' ? '≥' : '≤'} ${joined(number, unit)}`;
}

function shown(value: number, { unit }: Figure): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return joined(value.toLocaleString('en', options), unit);
}

function joined(number: string, unit: string): string {
  return unit === '×' || unit === '/s' ? `${number}${unit}` : `${number} ${unit}`;
}
