import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { Bench, Measured } from './bench.ts';
import { tableOf } from './table.ts';

const PAGE = path.join(import.meta.dirname, '../docs/reference/performance.md');

/** Puts the tables into their places on the page, and leaves the rest of it as it is. */
export function writePage(
  results: readonly { readonly bench: Bench; readonly measured: readonly Measured[] }[],
  { rounds, machine }: { readonly rounds: number; readonly machine: string },
): void {
  let text = readFileSync(PAGE, 'utf8');
  const date = new Date().toISOString().slice(0, 10);
  for (const { bench, measured } of results) {
    const [from, to] = [`<!-- bench: ${bench.name} -->`, '<!-- end -->'];
    const start = text.indexOf(from);
    if (start < 0) throw new Error(`${PAGE} has no place for ${bench.name}: ${from} … ${to}`);
    const end = text.indexOf(to, start);
    const said = `${date}, ${rounds} rounds. ${machine}.`;
    const section = [from, bench.what, '', tableOf(measured), '', said, ''].join('\n');
    text = text.slice(0, start) + section + text.slice(end);
  }
  writeFileSync(PAGE, text);
}
