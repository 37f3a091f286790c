import type { Refusal } from './target.ts';

/** What is wrong with a refusal that should be JSON with these fields; null: nothing. */
export function lacks(
  json: Refusal['json'],
  fields: Readonly<Record<string, string>>,
): string | null {
  if (json === null) return 'a refusal that is no JSON';
  const missing = Object.entries(fields).find(([name, kind]) => !kind.includes(typeof json[name]));
  return missing === undefined ? null : `a refusal without ${missing[0]}`;
}
