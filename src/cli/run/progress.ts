import type { SignalboxError } from '../../lib/errors.ts';
import type { Observation, RunState } from '../../model/outcome.ts';
import { plainLine, plainLines, shortened } from './plain.ts';
import type { Look, Remains, TaskLook } from './runner.ts';
import type { Surroundings } from './surroundings.ts';

/** Says what changed and, when nothing does, each minute that we are still there. */
export interface Progress {
  readonly say: (line: string) => void;
  readonly look: (look: Look) => void;
  readonly remains: (task: TaskLook, remains: Remains) => void;
  /** The runs that belong to it. */
  readonly evidence: (runs: readonly Observation[]) => void;
  /** What is still awaited. */
  readonly waiting: (because: string) => void;
  readonly trouble: (error: SignalboxError) => void;
}

const HEARTBEAT_MS = 60_000;

/** An output is for the one who gets it; a log shows that there is one. */
const LONGEST_OUTPUT = 4000; // characters

/** Progress with the time since it began in front of each line. */
export function openProgress({ now, progress }: Surroundings): Progress {
  const { say, sayOnce, change, isSilent } = openVoice(now, progress);
  let isInTrouble = false;

  function inContact(): void {
    if (isInTrouble) say('in contact again');
    isInTrouble = false;
  }

  return {
    say,
    look({ id, tasks, state }) {
      inContact();
      for (const task of tasks) change(`task ${task.name}`, task);
      change(`run ${id}`, { attempt: 1, state });
      if (isSilent()) say(plainLine(`run ${id}: still ${stillOf(state, tasks)}`));
    },
    remains(task, { output }) {
      if (output === null) return;
      say(plainLine(`task ${task.name} gave back:`));
      for (const line of plainLines(shortened(output, LONGEST_OUTPUT)))
        progress(`       | ${line}`);
    },
    evidence(runs) {
      inContact();
      for (const { system, id, url, state } of runs) {
        sayOnce(`address of ${system} run ${id}`, url);
        change(`${system} run ${id}`, { attempt: 1, state });
      }
    },
    waiting: (because) => sayOnce('waiting', because),
    trouble(error) {
      if (isInTrouble && !isSilent()) return;
      say(plainLine(`${isInTrouble ? 'still no contact' : 'trying again'}: ${error.message}`));
      if (!isInTrouble && error.hint !== undefined) say(plainLine(error.hint));
      isInTrouble = true;
    },
  };
}

/** Says a thing again only when it has changed; `sayOnce` also when it was silent for a while. */
function openVoice(now: () => number, progress: (line: string) => void) {
  const beganAtMs = now();
  const known = new Map<string, string>();
  let saidAtMs = beganAtMs;

  function say(line: string): void {
    saidAtMs = now();
    progress(`${clock(saidAtMs - beganAtMs)}  ${line}`);
  }

  function isSilent(): boolean {
    return now() - saidAtMs >= HEARTBEAT_MS;
  }

  function sayOnce(about: string, words: string): void {
    if (known.get(about) === words && !isSilent()) return;
    known.set(about, words);
    say(plainLine(words));
  }

  function change(what: string, { attempt, state }: Changing): void {
    const words = `${attempt > 1 ? `attempt ${attempt} ` : ''}${wordsOf(state)}`;
    if (known.get(what) === words) return;
    known.set(what, words);
    say(plainLine(`${what}: ${words}`));
  }

  return { say, sayOnce, change, isSilent };
}

interface Changing {
  readonly attempt: number;
  readonly state: RunState;
}

function wordsOf(state: RunState): string {
  return state.kind === 'running' ? state.status : `${state.verdict}, ${state.reason}`;
}

function stillOf(state: RunState, tasks: readonly TaskLook[]): string {
  const running = tasks.filter((task) => task.state.kind === 'running').map(({ name }) => name);
  const which = running.length > 0 ? ` (${running.slice(0, 5).join(', ')})` : '';
  return `${wordsOf(state)}${which}`;
}

/** `01:02:03`, or `02:03` in the first hour. */
function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
  const hours = Math.floor(seconds / 3600);
  const all = hours > 0 ? [hours, ...parts] : parts;
  return all.map((part) => String(part).padStart(2, '0')).join(':');
}
