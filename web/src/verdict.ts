import type { DeliveryView, ReportView } from '../../src/http/views.ts';

/** What a lamp shows: a colour, a shape of its own, and the word that stands beside them. */
export interface Light {
  readonly tone: Tone;
  readonly sign: Sign;
  readonly word: string;
}

export type Tone = 'green' | 'red' | 'grey' | 'amber' | 'purple' | 'blue' | 'plain';

export type Sign =
  | 'check'
  | 'cross'
  | 'clock'
  | 'bar'
  | 'stop'
  | 'skip'
  | 'question'
  | 'break'
  | 'turning'
  | 'wait'
  | 'passed'
  | 'ahead';

export type Verdict = NonNullable<DeliveryView['verdict']>;
type Phase = DeliveryView['phase'];

/** In the order in which a person wants to see them counted: what asks for a look comes first. */
export const verdicts = [
  'failed',
  'timed_out',
  'refused',
  'unproven',
  'lost',
  'canceled',
  'skipped',
  'succeeded',
] as const satisfies readonly Verdict[];

const byVerdict: Readonly<Record<Verdict, Light>> = {
  succeeded: { tone: 'green', sign: 'check', word: 'Succeeded' },
  failed: { tone: 'red', sign: 'cross', word: 'Failed' },
  timed_out: { tone: 'red', sign: 'clock', word: 'Timed out' },
  refused: { tone: 'red', sign: 'bar', word: 'Refused' },
  canceled: { tone: 'grey', sign: 'stop', word: 'Canceled' },
  skipped: { tone: 'grey', sign: 'skip', word: 'Skipped' },
  unproven: { tone: 'amber', sign: 'question', word: 'Unproven' },
  lost: { tone: 'purple', sign: 'break', word: 'Contact lost' },
};

const meanings: Readonly<Record<Verdict, string>> = {
  succeeded: 'It ran, and the evidence that the rule requires is there.',
  failed: 'It ran and failed, or could not be started.',
  timed_out: 'It ran into a time limit.',
  refused: 'The login or a permission was refused.',
  canceled: 'It was canceled there.',
  skipped: 'It was skipped there: nothing ran.',
  unproven: 'It is green there, but the evidence that the rule requires is missing.',
  lost: 'Contact was lost: the run may be going on. It is not started again.',
};

const byPhase: Readonly<Record<Phase, Light>> = {
  pending: { tone: 'blue', sign: 'wait', word: 'Waiting to start' },
  held: { tone: 'blue', sign: 'wait', word: 'Held' },
  starting: { tone: 'blue', sign: 'turning', word: 'Starting' },
  waiting: { tone: 'blue', sign: 'wait', word: 'Waiting to try again' },
  uncertain: { tone: 'blue', sign: 'turning', word: 'Looking for its run' },
  running: { tone: 'blue', sign: 'turning', word: 'Running' },
  ended: { tone: 'blue', sign: 'turning', word: 'Reporting' },
  reported: { tone: 'plain', sign: 'passed', word: 'Reported' },
  dead: { tone: 'red', sign: 'cross', word: 'Dead letter' },
};

const byReport: Readonly<Record<ReportView['state'], Light>> = {
  pending: { tone: 'blue', sign: 'wait', word: 'to be written' },
  writing: { tone: 'blue', sign: 'turning', word: 'being written' },
  // Not green: that a failure has been reported is no success.
  done: { tone: 'plain', sign: 'check', word: 'written' },
  failed: { tone: 'red', sign: 'cross', word: 'not written' },
};

/** How a verdict is shown. */
export function verdictLight(verdict: Verdict): Light {
  return lightOf(byVerdict, verdict);
}

/** What a verdict means, in a sentence. */
export function verdictMeaning(verdict: Verdict): string {
  return meanings[verdict];
}

/** How a delivery without a verdict is shown. */
export function phaseLight(phase: Phase): Light {
  return lightOf(byPhase, phase);
}

/** How a report is shown. */
export function reportLight(state: ReportView['state']): Light {
  return lightOf(byReport, state);
}

/** How a run, or a part of one, is shown by its status: `running`, `started` or a verdict. */
export function runLight(status: string): Light {
  const verdict = verdicts.find((one) => one === status);
  if (verdict) return byVerdict[verdict];
  if (status === 'running') return byPhase.running;
  if (status === 'started') return { tone: 'blue', sign: 'turning', word: 'Started' };
  return unknown(status);
}

/** A page that stayed open over an update of the service may meet what it does not know. */
function lightOf<Key extends string>(lights: Readonly<Record<Key, Light>>, key: Key): Light {
  return Object.hasOwn(lights, key) ? lights[key] : unknown(key);
}

/** Shown as it is, and never green. */
function unknown(word: string): Light {
  return { tone: 'plain', sign: 'question', word };
}

/** Whether a status is an ending that a person should look at: not green, and not under way. */
export function isTrouble(status: string): boolean {
  return verdicts.some((one) => one === status) && status !== 'succeeded' && status !== 'skipped';
}
