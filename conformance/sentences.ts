import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The text of a program in this folder. */
export function readProgram(file: string): string {
  return readFileSync(path.join(import.meta.dirname, file), 'utf8');
}

/**
 * The sentences of the checks that are written in programs, in TypeScript, Python or Go: so that a
 * check which was never come to is missed, and one that cannot run is counted.
 */
export function sentencesIn(...files: readonly string[]): readonly string[] {
  const written = /\bcheck\(\s*(?<quote>['"`])(?<sentence>.*?)(?<!\\)\k<quote>/gu;
  return files.flatMap((file) =>
    [...readProgram(file).matchAll(written)].map(({ groups }) =>
      (groups?.['sentence'] ?? '').replaceAll(/\\(['"`])/gu, '$1'),
    ),
  );
}
