import type { RunResult } from './run-result.ts';

/** One line of JSON, in which a CI system that reads along finds no order. */
export function jsonOf(result: RunResult): string {
  return JSON.stringify(result).replaceAll('##', '#\\u0023');
}
