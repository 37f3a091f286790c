import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';

import type { Problem } from './problem.ts';

export type Path = readonly PropertyKey[];

/** A configuration file as text that can say where each of its values stands. */
export interface SourceText {
  /** What the file says, as plain values. */
  readonly value: unknown;
  /** What makes it unreadable as YAML, if anything. */
  readonly problems: readonly Problem[];
  /** The problem with its place: that of the value at `path`, `offset` characters into it. */
  problem(path: Path, said: Said): Problem;
}

interface Said {
  readonly message: string;
  readonly hint?: string | null;
  readonly offset?: number;
  /** The name of the key below `path` that is meant, instead of the value. */
  readonly key?: string;
}

/** A value to be set over what the file says: `engine.poll` to `1s`. */
export interface Override {
  readonly path: readonly string[];
  readonly value: string;
}

/** Reads YAML, keeping the place of every value. */
export function readSourceText(text: string, overrides: readonly Override[] = []): SourceText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const problems = document.errors.map(({ message, pos }) => {
    const { line, col } = lines.linePos(pos[0]);
    const [first = ''] = message.split('\n');
    return { path: '', message: first.replace(/ at line .*/, ''), hint: null, line, column: col };
  });
  for (const { path, value } of overrides) document.setIn(path, value);
  const value: unknown = problems.length === 0 ? document.toJS({ maxAliasCount: 50 }) : undefined;

  return {
    value,
    problems,
    problem(path, { message, hint = null, offset = 0, key }) {
      const { line, col } = lines.linePos(startOf(document, path, key) + offset);
      const names = key === undefined ? path : [...path, key];
      return { path: spoken(document, names), message, hint, line, column: Math.max(col, 1) };
    },
  };
}

/** Offset in the text of the value at `path`, or of the nearest one around it. */
function startOf(document: Document, path: Path, key: string | undefined): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (!isNode(node) || !node.range) continue;
    const isWhole = length === path.length;
    const keyStart = isWhole && key !== undefined ? keyOffset(node, key) : undefined;
    return keyStart ?? node.range[0] + (isWhole ? quoteLength(node) : 0);
  }
  return 0;
}

function keyOffset(node: unknown, key: string): number | undefined {
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key: name }) => isScalar(name) && name.value === key);
  return pair && isNode(pair.key) ? pair.key.range?.[0] : undefined;
}

function quoteLength(node: unknown): number {
  return isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') ? 1 : 0;
}

/** `rules.integration-test.when`: an element of a list by its name where it has one. */
function spoken(document: Document, path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part !== 'number') return String(part);
      const name = document.getIn([...path.slice(0, index + 1), 'name']);
      return typeof name === 'string' ? name : `[${part}]`;
    })
    .join('.')
    .replaceAll('.[', '[');
}
