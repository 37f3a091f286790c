import type { After } from '../../src/lib/after.ts';
import type { History } from './history.ts';
import type { Schedule } from './schedule.ts';

/** A process: all that it does goes through here, so that it can be stopped and killed. */
export interface Process {
  /** `b2`: replica b, started for the second time. */
  readonly name: string;
  readonly isDead: () => boolean;
  /** Goes on with it: now, when the process is let go on, or, if it is dead, never. */
  readonly goOn: (work: () => void) => void;
  readonly after: After;
  /** Stops it, as SIGSTOP does: what comes meanwhile is taken up when it goes on. */
  pause(forMs: number): void;
  /** @param isCutOff true where what it has sent does not arrive any more */
  kill(isCutOff: boolean): void;
  readonly isCutOff: () => boolean;
}

interface Around {
  readonly schedule: Schedule;
  readonly history: History;
  readonly below: (below: number) => number;
  readonly onDeath: () => void;
}

const SHUFFLED_WITHIN_MS = 3;

export function openProcess(name: string, around: Around): Process {
  const { schedule, history } = around;
  let state: 'running' | 'paused' | 'dead' = 'running';
  let backlog: (() => void)[] = [];
  let isCutOff = false;

  function goOn(work: () => void): void {
    if (state === 'running') work();
    if (state === 'paused') backlog.push(work);
  }

  function wake(): void {
    if (state !== 'paused') return;
    state = 'running';
    history.add(name, 'goes on');
    const missed = backlog;
    backlog = [];
    // Timers and answers that came meanwhile are taken up in any order.
    for (const work of missed) schedule.in(around.below(SHUFFLED_WITHIN_MS), () => goOn(work));
  }

  return {
    name,
    isDead: () => state === 'dead',
    goOn,
    after: timers(schedule, goOn),
    pause(forMs) {
      if (state !== 'running') return;
      state = 'paused';
      history.add(name, `is stopped for ${Math.round(forMs)} ms`);
      schedule.in(forMs, wake);
    },
    isCutOff: () => isCutOff,
    kill(cutOff) {
      if (state === 'dead') return;
      state = 'dead';
      isCutOff = cutOff;
      backlog = [];
      history.add(name, 'dies');
      around.onDeath();
    },
  };
}

function timers(schedule: Schedule, goOn: Process['goOn']): After {
  return (ms, callback) => {
    let isOff = false;
    const callOff = schedule.in(ms, () =>
      goOn(() => {
        if (!isOff) callback();
      }),
    );
    return () => {
      isOff = true;
      callOff();
    };
  };
}
