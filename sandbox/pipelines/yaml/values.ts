import { nothing, object, text, toText, type Value } from '../expressions/value.ts';
import type { Position, Tree } from './tree.ts';

/** A piece of YAML as an expression sees it. */
export function toValue(tree: Tree): Value {
  switch (tree.kind) {
    case 'scalar':
      return text(tree.text);
    case 'sequence':
      return { kind: 'array', items: tree.items.map(toValue) };
    case 'mapping':
      return object(tree.entries.map(({ key, value }) => [key.text, toValue(value)]));
  }
}

/** The value of an expression as the YAML that it puts in its place. */
export function toTree(value: Value, at: Position): Tree {
  if (value.kind === 'array') {
    return { kind: 'sequence', items: value.items.map((item) => toTree(item, at)), at };
  }
  if (value.kind !== 'object') return { kind: 'scalar', text: toText(value) ?? '', at };
  const entries = Array.from(value.entries, ([key, item]) => ({
    key: { kind: 'scalar', text: key, at } as const,
    value: toTree(item, at),
  }));
  return { kind: 'mapping', entries, at };
}

/** What `JSON.parse` gave, as a value. */
export function fromJson(json: unknown): Value {
  if (typeof json === 'string') return text(json);
  if (typeof json === 'boolean') return { kind: 'boolean', value: json };
  if (typeof json === 'number') return { kind: 'number', value: json };
  if (Array.isArray(json)) return { kind: 'array', items: json.map(fromJson) };
  if (typeof json !== 'object' || json === null) return nothing;
  return object(Object.entries(json).map(([key, item]) => [key, fromJson(item)]));
}
