import { SignalboxError } from '../lib/errors.ts';
import { exitCodeOf } from './exit-code-of.ts';

/** What somebody answered, or why not. */
export type Attempted<Value> =
  | { readonly kind: 'known'; readonly name: string; readonly value: Value }
  | {
      readonly kind: 'refused';
      readonly name: string;
      readonly error: string;
      readonly hint: string | null;
      readonly exitCode: number;
    };

/** Asks, and keeps the refusal, so that others can be asked all the same. */
export async function attempt<Value>(
  name: string,
  ask: () => Promise<Value>,
): Promise<Attempted<Value>> {
  try {
    return { kind: 'known', name, value: await ask() };
  } catch (error) {
    if (!(error instanceof SignalboxError)) throw error;
    const { message, hint = null } = error;
    return { kind: 'refused', name, error: message, hint, exitCode: exitCodeOf(error) };
  }
}
