import type { BenchOptions, Limit, Measured, Round } from './bench.ts';
import { foreignShare, processorTime } from './processor.ts';

/** What one case gave in one go, by the name of the figure. */
export type Figures = Readonly<Record<string, number>>;

export interface Case {
  readonly name: string;
  run(): Promise<Figures>;
}

/** What all cases gave: of each, one entry for each round; or why there is none. */
export type Rounds = ReadonlyMap<string, Gone>;

type Gone =
  | { readonly kind: 'measured'; readonly goes: readonly Go[] }
  | { readonly kind: 'broken'; readonly because: string };

interface Go {
  readonly figures: Figures;
  readonly foreign: number;
}

/** Where others take more of the machine than this, it is tried again, and the best try counts. */
const MOST_FOREIGN = 0.15;
const TRIES = 3;

/**
 * Measures the cases in turn: A, B, C, A, B, C … What changes about the machine meanwhile then
 * changes for all of them.
 *
 * One that breaks down is left out from then on, and does not take the others with it.
 */
export async function inTurn(options: BenchOptions, cases: readonly Case[]): Promise<Rounds> {
  const all = new Map<string, Gone>(
    cases.map(({ name }) => [name, { kind: 'measured', goes: [] }]),
  );
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const one of cases) {
      const gone = all.get(one.name);
      if (gone?.kind !== 'measured') continue;
      try {
        const go = await quietest(options, one);
        options.say(`round ${round}: ${one.name}: ${textOf(go)}`);
        all.set(one.name, { kind: 'measured', goes: [...gone.goes, go] });
      } catch (error) {
        options.say(`round ${round}: ${one.name}: ${describe(error)}`);
        all.set(one.name, { kind: 'broken', because: `it broke down: ${describe(error)}` });
      }
    }
  }
  return all;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function quietest(options: BenchOptions, one: Case): Promise<Go> {
  let best = await measured(one);
  for (let tries = options.isQuick ? TRIES : 1; tries < TRIES; tries += 1) {
    if (!(best.foreign > MOST_FOREIGN)) break;
    const again = await measured(one);
    if (again.foreign < best.foreign) best = again;
  }
  return best;
}

async function measured(one: Case): Promise<Go> {
  const before = processorTime();
  const figures = await one.run();
  return { figures, foreign: foreignShare(before, processorTime()) };
}

function textOf({ figures, foreign }: Go): string {
  const each = Object.entries(figures).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
  return `${each.join(', ')} (others ${Math.round(foreign * 100)} %)`;
}

interface Wanted {
  /** The name of the case. */
  readonly of: string;
  readonly figure: string;
  readonly what: string;
  readonly limit?: Limit;
}

/** One figure of one case, over the rounds. */
export function figureOf(
  rounds: Rounds,
  { of, figure, what, unit, limit }: Wanted & { readonly unit: string },
): Measured {
  const gone = goneOf(rounds, of);
  if (gone.kind === 'broken') return { kind: 'not_run', what, because: gone.because };
  const values = gone.goes.map(({ figures, foreign }) => ({
    value: figures[figure] ?? Number.NaN,
    foreign,
  }));
  return { kind: 'figure', what, unit, rounds: values, ...(limit && { limit }) };
}

/** How often one case's figure goes into another's, round by round. */
export function ratioOf(
  rounds: Rounds,
  { of, to, figure, what, limit }: Wanted & { readonly to: string },
): Measured {
  const [ours, others] = [goneOf(rounds, of), goneOf(rounds, to)];
  if (ours.kind === 'broken') return { kind: 'not_run', what, because: ours.because };
  if (others.kind === 'broken') return { kind: 'not_run', what, because: others.because };
  const values = ours.goes.map((go, index): Round => {
    const other = others.goes[index];
    const value = (go.figures[figure] ?? Number.NaN) / (other?.figures[figure] ?? Number.NaN);
    return { value, foreign: Math.max(go.foreign, other?.foreign ?? 0) };
  });
  return { kind: 'figure', what, unit: '×', rounds: values, ...(limit && { limit }) };
}

function goneOf(rounds: Rounds, name: string): Gone {
  const found = rounds.get(name);
  if (!found) throw new RangeError(`no case is called ${name}`);
  return found;
}
