import type { Engine } from './engine.ts';

/** Makes one call that is over when we stop, or when it has taken as long as a call may. */
export async function within<Result>(
  engine: Pick<Engine, 'settings'>,
  signal: AbortSignal,
  call: (limit: AbortSignal) => Promise<Result>,
): Promise<Result> {
  return await call(AbortSignal.any([signal, AbortSignal.timeout(engine.settings.callMs)]));
}
