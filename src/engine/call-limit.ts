import type { Engine } from './engine.ts';

/** What became of a call: nothing that the store says about it later can be taken for its answer. */
export type Answer<Result> =
  | { readonly kind: 'answered'; readonly result: Result }
  | { readonly kind: 'failed'; readonly error: unknown };

type Limited = Pick<Engine, 'settings' | 'after'>;

/** Makes one call that is over when we stop, or when it has taken as long as a call may. */
export async function within<Result>(
  engine: Limited,
  signal: AbortSignal,
  call: (limit: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const limit = new AbortController();
  const callOff = engine.after(engine.settings.callMs, () => limit.abort(tooLong()));
  try {
    return await call(AbortSignal.any([signal, limit.signal]));
  } finally {
    callOff();
  }
}

function tooLong(): DOMException {
  return new DOMException('it took longer than a call may', 'TimeoutError');
}

/** The same, for a call whose failure is an answer like any other. */
export async function answerOf<Result>(
  engine: Limited,
  signal: AbortSignal,
  call: (limit: AbortSignal) => Promise<Result>,
): Promise<Answer<Result>> {
  try {
    return { kind: 'answered', result: await within(engine, signal, call) };
  } catch (error) {
    return { kind: 'failed', error };
  }
}
