import type { RunResult } from './run-result.ts';

/** What later steps of a CI system get to know, by name; nothing where it is not known. */
export function outputsOf(result: RunResult): readonly (readonly [name: string, value: string])[] {
  const { verdict, exit_code, run, tasks, evidence } = result;
  const outputs = tasks.flatMap(({ output }) => output ?? []);
  return [
    ['verdict', verdict ?? 'started'],
    ['exit_code', String(exit_code)],
    ['run_id', run?.id ?? ''],
    ['run_url', run?.url ?? ''],
    ['evidence_ids', evidence.map(({ id }) => id).join(' ')],
    ['evidence_urls', evidence.map(({ url }) => url).join(' ')],
    ['commit', run?.commit ?? ''],
    // Of one task there is no doubt whose output it is.
    ['output', tasks.length === 1 ? (outputs[0] ?? '') : ''],
  ];
}
