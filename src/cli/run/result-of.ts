import type { Observation, RunState } from '../../model/outcome.ts';
import { exitCodes } from '../exit-codes.ts';
import { shortened } from './plain.ts';
import type { EvidenceResult, RunResult, TaskResult } from './run-result.ts';
import type { Remains, TaskLook } from './runner.ts';
import type { Ending, Order } from './trip.ts';

/** Clocks differ: only what began long before us is called earlier. */
const CLOCK_SKEW_MS = 60_000;

/** What fits into the log, the summary and the variables of a CI system. */
const LONGEST_TEXT = 64 * 1024; // characters

/** An ending as what we tell of it. */
export function resultOf(order: Order, ending: Ending, beganAtMs: number): RunResult {
  const { verdict, reason, hint, look, remains, evidence } = ending;
  const { runner, key } = order;
  return {
    version: 1,
    verdict,
    exit_code: verdict === null ? exitCodes.succeeded : exitCodes[verdict],
    reason,
    hint,
    kind: runner.kind,
    system: runner.system,
    what: runner.what,
    key,
    run: runOf(order, ending, beganAtMs),
    tasks: (look?.tasks ?? []).map((task) => taskOf(task, remains.get(task.id))),
    evidence: evidence.map((one) => evidenceOf(one)),
  };
}

function runOf(order: Order, { run, look }: Ending, beganAtMs: number): RunResult['run'] {
  if (!run) return null;
  if (!look) return { ...UNSEEN, id: run.id, url: run.url };
  const { name, actor, commit, startedAtMs, endedAtMs } = look;
  return {
    id: run.id,
    name,
    url: look.url ?? run.url,
    actor,
    commit,
    started: instant(startedAtMs),
    ended: instant(endedAtMs),
    is_earlier: order.isKeyGiven && (startedAtMs ?? Infinity) < beganAtMs - CLOCK_SKEW_MS,
  };
}

const UNSEEN = {
  name: null,
  actor: null,
  commit: null,
  started: null,
  ended: null,
  is_earlier: false,
};

function taskOf(task: TaskLook, remains: Remains | undefined): TaskResult {
  const { name, attempt, state, url, startedAtMs, endedAtMs } = task;
  return {
    name,
    attempt,
    ...standing(state),
    url,
    started: instant(startedAtMs),
    ended: instant(endedAtMs),
    error: short(remains?.error),
    trace: short(remains?.trace),
    output: short(remains?.output),
  };
}

function evidenceOf(run: Observation): EvidenceResult {
  const { system, id, name, url, state, actor, commit, startedAtMs, endedAtMs } = run;
  return {
    system,
    id,
    name,
    url,
    ...standing(state),
    actor,
    commit,
    started: instant(startedAtMs),
    ended: instant(endedAtMs),
    found_by: run.foundBy === 'key' ? 'key' : 'output',
    tasks: run.parts.map((part) => ({
      name: part.name,
      ...standing(part.state),
      error: short(part.error),
    })),
  };
}

function standing(state: RunState) {
  return state.kind === 'ended'
    ? { verdict: state.verdict, reason: state.reason }
    : { verdict: null, reason: state.status };
}

function short(text: string | null | undefined): string | null {
  return typeof text === 'string' ? shortened(text, LONGEST_TEXT) : null;
}

function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
