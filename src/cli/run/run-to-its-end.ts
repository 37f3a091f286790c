import { conduct } from './conduct.ts';
import { masked } from './masked.ts';
import { resultOf } from './result-of.ts';
import { orderOf, type RunOptions } from './run-options.ts';
import type { Runner } from './runner.ts';
import type { Surroundings } from './surroundings.ts';
import { writeResult } from './write-result.ts';

/** Runs it, writes the result wherever it is wanted, and only then resolves to the exit code. */
export async function runToItsEnd(
  runner: Runner,
  options: RunOptions,
  surroundings: Surroundings,
): Promise<number> {
  const around = masked(surroundings);
  const order = orderOf(options, runner);
  const beganAtMs = around.now();
  const result = resultOf(order, await conduct(order, around), beganAtMs);
  writeResult(result, options, around);
  return result.exit_code;
}
