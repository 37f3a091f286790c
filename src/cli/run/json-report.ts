import type { RunResult } from './run-result.ts';

/** One line of JSON, in which a CI system that reads along finds no order. */
export function jsonOf(result: RunResult): string {
  return JSON.stringify(result)
    .replaceAll('##', '#\\u0023')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}
