import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const SANDBOX = path.join(import.meta.dirname, '../../sandbox');

/** The names of fields that a service reads, and those that one of its routes reads. */
export interface Vocabulary {
  readonly all: readonly string[];
  readonly of: (routePath: string) => readonly string[];
}

/** Taken from the schemas and the code of an emulated service, so that new fields are met too. */
export function vocabularyOf(service: string): Vocabulary {
  const all = new Set<string>();
  const byPath = new Map<string, Set<string>>();
  for (const file of globSync(`${service}/**/*.ts`, { cwd: SANDBOX })) {
    if (file.endsWith('.test.ts')) continue;
    const text = readFileSync(path.join(SANDBOX, file), 'utf8');
    const names = namesIn(text);
    for (const name of names) all.add(name);
    // An action has a file of its own, and mostly the schema of its body there.
    for (const { groups } of text.matchAll(/\bpath: ['`](?<path>[^'`]+)['`]/gu)) {
      const known = byPath.get(groups?.['path'] ?? '') ?? new Set();
      byPath.set(groups?.['path'] ?? '', known.union(new Set(names)));
    }
  }
  return { all: [...all].toSorted(), of: (routePath) => [...(byPath.get(routePath) ?? [])] };
}

function namesIn(text: string): readonly string[] {
  const fields = text.matchAll(
    /[\s{,]'?(?<name>[A-Za-z$][\w.$-]{1,40})'?: (?:z\.|z$|[A-Z]\w*[.,)\s]|[a-z]\w*\()/gmu,
  );
  const queries = text.matchAll(
    /\b(?:get|query|text|number|needed|param\w*)\('(?<name>[\w.$-]{2,40})'/gu,
  );
  return [...fields, ...queries].map(({ groups }) => groups?.['name'] ?? '');
}
