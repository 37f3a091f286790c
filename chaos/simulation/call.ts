import type { History } from './history.ts';
import type { Process } from './process.ts';
import type { Schedule } from './schedule.ts';

/** What becomes of one call, settled when it is made. */
export interface Fate {
  /** When it takes effect on the other side; null: never. */
  readonly effectMs: number | null;
  /** When the answer is there: a result after the effect, an error after the call; null: never. */
  readonly answerMs: number | null;
  /** What is answered instead of the result. */
  readonly error?: Error;
  /** For the history. */
  readonly note?: string;
}

export interface Call<Result> {
  readonly name: string;
  readonly fate: Fate;
  readonly effect: () => Result | Promise<Result>;
  readonly signal?: AbortSignal;
  /** True where nothing of it arrives once its process is dead. */
  readonly diesWithProcess?: boolean;
  /** What the caller gets when it gives up. */
  readonly onAbort?: (reason: unknown) => unknown;
}

interface Around {
  readonly schedule: Schedule;
  readonly history: History;
  readonly process: Process;
}

/** Makes a call as its fate has it. */
export function makeCall<Result>(around: Around, call: Call<Result>): Promise<Result> {
  const { schedule, process, history } = around;
  const { name, fate, effect, signal, onAbort = (reason) => reason } = call;
  const tell = (what: string) => history.add(process.name, `${name} ${what}`);
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      tell('is given up');
      reject(onAbort(signal?.reason));
    };
    if (signal?.aborted === true) {
      giveUp();
      return;
    }
    signal?.addEventListener('abort', giveUp, { once: true });

    const answer = (what: string, settle: () => void) => {
      if (fate.answerMs === null) return;
      schedule.in(fate.answerMs, () =>
        process.goOn(() => {
          if (signal?.aborted === true) return;
          signal?.removeEventListener('abort', giveUp);
          tell(what);
          settle();
        }),
      );
    };
    const takeEffect = async () => {
      if (process.isDead() && (process.isCutOff() || call.diesWithProcess === true)) return;
      const outcome = await outcomeOf(effect);
      tell(outcome.isDone ? 'takes effect' : `is turned down: ${messageOf(outcome.error)}`);
      if (fate.error) return;
      if (outcome.isDone) answer('is answered', () => resolve(outcome.result));
      else answer('fails', () => reject(outcome.error));
    };

    tell(`is called${fate.note === undefined ? '' : `: ${fate.note}`}`);
    if (fate.effectMs !== null) schedule.in(fate.effectMs, takeEffect);
    const { error } = fate;
    if (error) answer(`fails: ${error.message}`, () => reject(error));
  });
}

type Outcome<Result> =
  | { readonly isDone: true; readonly result: Result }
  | { readonly isDone: false; readonly error: unknown };

async function outcomeOf<Result>(effect: () => Result | Promise<Result>): Promise<Outcome<Result>> {
  try {
    return { isDone: true, result: await effect() };
  } catch (error) {
    return { isDone: false, error };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
