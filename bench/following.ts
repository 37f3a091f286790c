import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { z } from 'zod';

import type { Bench, BenchOptions, Figure, Measured } from './bench.ts';
import { type Figures, figureOf, inTurn } from './rounds.ts';

const PROCESS = path.join(import.meta.dirname, 'following/following-process.ts');
const RUNS = 10_000;
const MINUTES = 10;
const QUICK_MINUTES = 2;

/** What it takes to follow ten thousand runs that all go on. */
export const following: Bench = {
  name: 'following',
  what:
    'Ten thousand deliveries whose runs have been going on for anything up to ten hours, all of ' +
    'them due at the start, then followed for ten minutes that go by as fast as they can. What the ' +
    'services answer is made in the same process.',

  async run(options: BenchOptions): Promise<readonly Measured[]> {
    const cases = [
      { of: 'as it is', flags: [] },
      { of: 'with NODE_OPTIONS=--max-semi-space-size=8', flags: ['--max-semi-space-size=8'] },
    ];
    const [plain, small] = cases;
    const rounds = await inTurn(
      options,
      cases.map(({ of, flags }) => ({ name: of, run: () => follow(options, flags) })),
    );
    const line = (of: string, figure: string, more: Pick<Figure, 'what' | 'unit' | 'limit'>) =>
      figureOf(rounds, { of, figure, ...more });
    return [
      ...[plain, small].flatMap((one) =>
        one
          ? line(one.of, 'megabytes', {
              what: `memory of the process at its most, ${one.of}`,
              unit: 'MB',
              limit: { kind: 'at_most', value: one === small ? 200 : 350 },
            })
          : [],
      ),
      line('as it is', 'calls a minute', {
        what: 'calls to Azure DevOps and Databricks; two at each poll of each run would be 240,000',
        unit: '/min',
        limit: { kind: 'at_most', value: 1000 },
      }),
      line('as it is', 'seconds to see all', {
        what: 'until all of them were looked at once, after the start',
        unit: 's',
      }),
      line('as it is', 'processor, percent', {
        what: 'processor, of one core, where time goes by as it does',
        unit: '%',
      }),
    ];
  },
};

const Figured = z.record(z.string(), z.number());
const run = promisify(execFile);

async function follow(
  { folder, isQuick }: BenchOptions,
  flags: readonly string[],
): Promise<Figures> {
  const own = mkdtempSync(path.join(folder, 'following-'));
  const minutes = isQuick ? QUICK_MINUTES : MINUTES;
  const args = [`--folder=${own}`, `--runs=${RUNS}`, `--minutes=${minutes}`];
  await run(process.execPath, [PROCESS, ...args, '--fill']);
  const { stdout } = await run(process.execPath, [...flags, PROCESS, ...args]);
  return Figured.parse(JSON.parse(stdout));
}
