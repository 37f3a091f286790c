import { isRefusal, SignalboxError } from '../../lib/errors.ts';
import { type Conclusion, conclude } from '../../model/conclude.ts';
import type { Observation } from '../../model/outcome.ts';
import { pauseMs } from './follow.ts';
import { budgetOfLooks, persist } from './persist.ts';
import { PROOF_WAIT_MS } from './required-evidence.ts';
import type { Look } from './runner.ts';
import { type Ending, endingWith, type Trip } from './trip.ts';

/** What is known once a run has ended. */
interface Sight {
  readonly look: Look;
  readonly evidence: readonly Observation[];
}

/** Who was sent a signal has seconds left. */
const STOP_GRACE_MS = 6000;

const HINT =
  'Hand the parameter signalbox_key of the pipeline on to the Databricks run as a base parameter, or print the "run_id" that the Jobs API answers.';

/**
 * How a run that is over ended, beside the evidence that is required of it: as the service judges
 * it, and after as long a wait.
 */
export async function prove(trip: Trip, ended: Look): Promise<Ending> {
  const { around, deadlineMs, progress, stop } = trip;
  const overSinceMs = around.now();
  let sight: Sight = { look: ended, evidence: [] };
  for (;;) {
    const isLast = stop.asked.aborted || around.now() >= deadlineMs;
    try {
      sight = await see(trip, sight);
    } catch (error) {
      if (!isLast && stop.asked.aborted) continue;
      return unseen(sight, error);
    }
    progress.evidence(sight.evidence);
    const forMs = around.now() - overSinceMs;
    const conclusion = judge(trip, sight, isLast ? Infinity : forMs);
    if (conclusion.kind === 'outcome' || isLast) return endingOf(conclusion, sight);
    progress.waiting(conclusion.because);
    const pause = Math.min(pauseMs(forMs), deadlineMs - around.now());
    await around.sleep(pause, stop.asked);
  }
}

function judge({ order }: Trip, { look, evidence }: Sight, overForMs: number): Conclusion {
  const { required, system } = order.runner;
  return conclude({
    run: observed(look, system),
    evidence,
    isRequired: required !== null,
    overForMs,
    proofWaitMs: required?.waitMs ?? PROOF_WAIT_MS,
  });
}

/** @throws whatever kept us from looking, in the end */
async function see(trip: Trip, { look }: Sight): Promise<Sight> {
  const { around, deadlineMs, order, progress, stop } = trip;
  const { required } = order.runner;
  const isStopping = stop.asked.aborted;
  const until = isStopping
    ? AbortSignal.any([stop.urged, AbortSignal.timeout(STOP_GRACE_MS)])
    : stop.asked;
  const patience = {
    around,
    tell: progress.trouble,
    until,
    budgetMs: (error: SignalboxError) =>
      isStopping ? 0 : Math.min(budgetOfLooks(order.contactMs)(error), deadlineMs - around.now()),
  };
  const mayLag = look.state.kind === 'ended' && look.state.mayLag === true;
  const seen = mayLag ? await persist(patience, () => order.runner.look(look.id, until)) : look;
  const evidence = required ? await persist(patience, () => required.collect(seen, until)) : [];
  return { look: seen, evidence };
}

/** A run of which only the evidence cannot be seen is as red as it is; but not green. */
function unseen({ look, evidence }: Sight, error: unknown): Ending {
  const { state } = look;
  if (state.kind === 'ended' && state.verdict !== 'succeeded') {
    return endingWith(state.verdict, state.reason, { look, evidence });
  }
  const words = error instanceof Error ? error.message : String(error);
  if (!(error instanceof SignalboxError) && !isAbort(error)) throw error;
  const isRefused: boolean = error instanceof SignalboxError && isRefusal(error);
  const reason = `run ${look.id} is green, but its Databricks run cannot be looked for: ${words}`;
  const hint = error instanceof SignalboxError ? (error.hint ?? null) : null;
  return endingWith(isRefused ? 'refused' : 'lost', reason, { look, evidence, hint });
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}

function endingOf(conclusion: Conclusion, { look, evidence }: Sight): Ending {
  if (conclusion.kind === 'outcome') {
    const { verdict, reason } = conclusion.outcome;
    return endingWith(verdict, reason, {
      look,
      evidence,
      hint: verdict === 'unproven' ? HINT : null,
    });
  }
  const { state } = look;
  const own = state.kind === 'ended' ? state : null;
  const left = `${conclusion.because}, and was left to go on`;
  return own === null || own.verdict === 'succeeded'
    ? endingWith('lost', left, { look, evidence })
    : endingWith(own.verdict, `${own.reason}; ${left}`, { look, evidence });
}

function observed(look: Look, system: string): Observation {
  const { id, name, url, state, actor, commit, startedAtMs, endedAtMs } = look;
  return {
    system,
    id,
    name,
    url: url ?? '',
    state,
    actor,
    commit,
    startedAtMs,
    endedAtMs,
    parts: [],
    foundBy: 'start',
  };
}
