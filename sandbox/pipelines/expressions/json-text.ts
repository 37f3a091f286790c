import { toText, type Value } from './value.ts';

/** A value as indented JSON. */
export function toJsonText(value: Value): string {
  return JSON.stringify(plain(value), null, 2);
}

/** A value as what `JSON.parse` would give. */
export function plain(value: Value): unknown {
  switch (value.kind) {
    case 'null':
      return null;
    case 'boolean':
    case 'number':
    case 'string':
      return value.value;
    case 'version':
    case 'date':
      return toText(value);
    case 'array':
      return value.items.map(plain);
    case 'object':
      return Object.fromEntries(Array.from(value.entries, ([key, item]) => [key, plain(item)]));
  }
}
