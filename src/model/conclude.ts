import type { Observation, Outcome, RunVerdict } from './outcome.ts';

/** What the follower knows of a delivery when it asks for a conclusion. */
export interface Findings {
  readonly run: Observation;
  /** The runs that belong to it, as the rule's `require` found them. */
  readonly evidence: readonly Observation[];
  /** Whether the rule requires evidence beside the run itself. */
  readonly isRequired: boolean;
  /** How long the run has been over, and how long evidence may lag behind, in milliseconds. */
  readonly overForMs: number;
  readonly proofWaitMs: number;
}

export type Conclusion =
  | { readonly kind: 'open'; readonly because: string }
  | { readonly kind: 'outcome'; readonly outcome: Outcome };

// The worse comes first: what a person has to look at is what went wrong, not what came of it.
const WORST_FIRST: readonly RunVerdict[] = [
  'failed',
  'timed_out',
  'canceled',
  'skipped',
  'succeeded',
];

/**
 * Decides how a delivery ended, or what is still awaited.
 *
 * A pipeline that only sets a Databricks run off is green long before that run is over; so nothing
 * ends here before all its evidence has. And a pipeline that fails because its Databricks run was
 * canceled was canceled: the evidence says why, the pipeline only that.
 */
export function conclude(findings: Findings): Conclusion {
  const { run, evidence, isRequired, overForMs, proofWaitMs } = findings;
  if (run.state.kind === 'running') return open(`${named(run)} is ${run.state.status}`);
  if (run.state.mayLag === true && overForMs < proofWaitMs) {
    return open(`${named(run)} is over; ${run.state.reason}: it may only be late`);
  }
  const running = evidence.find((one) => one.state.kind === 'running');
  if (running) return open(`${named(running)} is still running`);
  if (run.state.verdict === 'succeeded' && isRequired && evidence.length === 0) {
    return missing(findings);
  }
  const { state, of } = decisive(run, evidence);
  return ended(findings, state.verdict, `${named(of)}: ${state.reason}`);
}

function missing(findings: Findings): Conclusion {
  const { run, overForMs, proofWaitMs } = findings;
  if (overForMs < proofWaitMs) {
    return open(`${named(run)} is green; looking for the evidence that the rule requires`);
  }
  return ended(
    findings,
    'unproven',
    `${named(run)} is green, but no run that it started was found`,
  );
}

/** The ended state that decides: the worst of the evidence, or else the run's own. */
function decisive(run: Observation, evidence: readonly Observation[]) {
  const states = [...evidence, run].flatMap((of) =>
    of.state.kind === 'ended' ? [{ state: of.state, of }] : [],
  );
  const ranked = states.toSorted((a, b) => rank(a.state.verdict) - rank(b.state.verdict));
  const cause = ranked.find(({ of, state }) => of !== run && state.verdict !== 'succeeded');
  const decided = cause ?? ranked[0];
  if (!decided) throw new RangeError('nothing has ended');
  return decided;
}

function rank(verdict: RunVerdict): number {
  return WORST_FIRST.indexOf(verdict);
}

function ended(findings: Findings, verdict: Outcome['verdict'], reason: string): Conclusion {
  const { run, evidence } = findings;
  return { kind: 'outcome', outcome: { verdict, reason, run, evidence } };
}

function open(because: string): Conclusion {
  return { kind: 'open', because };
}

function named({ system, id }: Observation): string {
  return `${system} run ${id}`;
}
