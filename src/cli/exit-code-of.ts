import { ConfigError, isRefusal, PermanentError, type SignalboxError } from '../lib/errors.ts';
import { exitCodes } from './exit-codes.ts';

/** The exit code of a command that ends with this error. */
export function exitCodeOf(error: SignalboxError): number {
  if (error instanceof ConfigError) return exitCodes.usage;
  const isRefused: boolean = isRefusal(error);
  if (isRefused) return exitCodes.refused;
  return error instanceof PermanentError ? exitCodes.failed : exitCodes.lost;
}
