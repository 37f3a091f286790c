import { conduct } from './conduct.ts';
import { masked, maskFor } from './masked.ts';
import { resultOf } from './result-of.ts';
import { orderOf, type RunOptions } from './run-options.ts';
import { RunResult } from './run-result.ts';
import type { Runner } from './runner.ts';
import type { Surroundings } from './surroundings.ts';
import { writeResult } from './write-result.ts';

/** Runs it, writes the result wherever it is wanted, and only then resolves to the exit code. */
export async function runToItsEnd(
  runner: Runner,
  options: RunOptions & { readonly secrets: () => readonly string[] },
  surroundings: Surroundings,
): Promise<number> {
  const around = masked(surroundings, options.secrets);
  const order = orderOf(options, runner);
  const beganAtMs = around.now();
  const seen = resultOf(order, await conduct(order, around), beganAtMs);
  const mask = maskFor(surroundings.env, options.secrets);
  const result = RunResult.parse(JSON.parse(mask(JSON.stringify(seen))));
  writeResult(result, options, around);
  return result.exit_code;
}
