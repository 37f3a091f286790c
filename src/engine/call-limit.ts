import type { Engine } from './engine.ts';

/** What became of a call: nothing that the store says about it later can be taken for its answer. */
export type Answer<Result> =
  | { readonly kind: 'answered'; readonly result: Result }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Makes one call that is over when we stop, or when it has taken as long as a call may. */
export async function within<Result>(
  engine: Pick<Engine, 'settings'>,
  signal: AbortSignal,
  call: (limit: AbortSignal) => Promise<Result>,
): Promise<Result> {
  return await call(AbortSignal.any([signal, AbortSignal.timeout(engine.settings.callMs)]));
}

/** The same, for a call whose failure is an answer like any other. */
export async function answerOf<Result>(
  engine: Pick<Engine, 'settings'>,
  signal: AbortSignal,
  call: (limit: AbortSignal) => Promise<Result>,
): Promise<Answer<Result>> {
  try {
    return { kind: 'answered', result: await within(engine, signal, call) };
  } catch (error) {
    return { kind: 'failed', error };
  }
}
