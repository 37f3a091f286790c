import type { SignalboxError } from '../../lib/errors.ts';
import type { RunState } from '../../model/outcome.ts';
import { plainLine, plainLines, shortened } from './plain.ts';
import type { Look, Remains, TaskLook } from './runner.ts';
import type { Surroundings } from './surroundings.ts';

/** Says what changed and, when nothing does, each minute that we are still there. */
export interface Progress {
  readonly say: (line: string) => void;
  readonly look: (look: Look) => void;
  readonly remains: (task: TaskLook, remains: Remains) => void;
  readonly trouble: (error: SignalboxError) => void;
}

const HEARTBEAT_MS = 60_000;

/** An output is for the one who gets it; a log shows that there is one. */
const LONGEST_OUTPUT = 4000; // characters

/** Progress with the time since it began in front of each line. */
export function openProgress({ now, progress }: Surroundings): Progress {
  const beganAtMs = now();
  const known = new Map<string, string>();
  let saidAtMs = beganAtMs;
  let isInTrouble = false;

  function say(line: string): void {
    saidAtMs = now();
    progress(`${clock(saidAtMs - beganAtMs)}  ${line}`);
  }

  function change(what: string, { attempt, state }: Changing): void {
    const words = `${attempt > 1 ? `attempt ${attempt} ` : ''}${wordsOf(state)}`;
    if (known.get(what) === words) return;
    known.set(what, words);
    say(plainLine(`${what}: ${words}`));
  }

  function isSilent(): boolean {
    return now() - saidAtMs >= HEARTBEAT_MS;
  }

  return {
    say,
    look({ id, tasks, state }) {
      if (isInTrouble) say('in contact again');
      isInTrouble = false;
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
    trouble(error) {
      if (isInTrouble && !isSilent()) return;
      say(plainLine(`${isInTrouble ? 'still no contact' : 'trying again'}: ${error.message}`));
      if (!isInTrouble && error.hint !== undefined) say(plainLine(error.hint));
      isInTrouble = true;
    },
  };
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
