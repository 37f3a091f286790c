/** A value of an expression. */
export type Value =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'version'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'date'; readonly ms: number }
  | { readonly kind: 'array'; readonly items: readonly Value[] }
  | ObjectValue;

/** Keys of variables and parameters are found whatever their case, others only as written. */
export interface ObjectValue {
  readonly kind: 'object';
  readonly entries: ReadonlyMap<string, Value>;
  readonly ignoreCase: boolean;
}

/** What stands for a member that does not exist. */
export const nothing: Value = { kind: 'null' };

export function text(value: string): Value {
  return { kind: 'string', value };
}

export function truth(value: boolean): Value {
  return { kind: 'boolean', value };
}

/** An object whose keys are found as written. */
export function object(entries: Iterable<readonly [string, Value]>): ObjectValue {
  return { kind: 'object', entries: new Map(entries), ignoreCase: false };
}

/** A context such as `variables`, whose keys are found whatever their case. */
export function context(entries: Iterable<readonly [string, Value]>): ObjectValue {
  const lower = Array.from(entries, ([key, value]) => [key.toLowerCase(), value] as const);
  return { kind: 'object', entries: new Map(lower), ignoreCase: true };
}

/** The member of an object or array; nothing where there is none. */
export function member(of: Value, index: Value): Value {
  if (of.kind === 'object') {
    const key = toText(index) ?? '';
    return of.entries.get(of.ignoreCase ? key.toLowerCase() : key) ?? nothing;
  }
  if (of.kind === 'array') {
    const at = toNumber(index);
    return (at === null ? undefined : of.items[Math.floor(at)]) ?? nothing;
  }
  return nothing;
}

/**
 * Whether a value counts as true: text that is not empty does, `'false'` included.
 * Source: docs/pipelines/process/expressions.md of MicrosoftDocs/azure-devops-docs, "Type casting"
 */
export function toBoolean(value: Value): boolean {
  switch (value.kind) {
    case 'null':
      return false;
    case 'boolean':
      return value.value;
    case 'number':
      return value.value !== 0;
    case 'string':
      return value.value !== '';
    case 'version':
    case 'date':
    case 'array':
    case 'object':
      return true;
  }
}

/** The value as text, with `True` and `False` in capitals; null: it has none. */
export function toText(value: Value): string | null {
  switch (value.kind) {
    case 'null':
      return '';
    case 'boolean':
      return value.value ? 'True' : 'False';
    case 'number':
      return String(value.value);
    case 'version':
      return value.value.join('.');
    case 'string':
      return value.value;
    case 'date':
      return new Date(value.ms).toISOString();
    case 'array':
    case 'object':
      return null;
  }
}

/** The value as a number, `1,000` included; null: it is none. */
export function toNumber(value: Value): number | null {
  switch (value.kind) {
    case 'null':
      return 0;
    case 'boolean':
      return value.value ? 1 : 0;
    case 'number':
      return value.value;
    case 'string':
      return numberOf(value.value);
    case 'version':
    case 'date':
    case 'array':
    case 'object':
      return null;
  }
}

/** A number as people write it; null: it is none. */
export function numberOf(written: string): number | null {
  const digits = written.trim();
  if (digits === '') return 0;
  return /^[-+]?(\d[\d,]*\.?\d*|\.\d+)$/.test(digits) ? Number(digits.replaceAll(',', '')) : null;
}

/** The value as a version of two to four parts; null: it is none. */
export function toVersion(value: Value): readonly number[] | null {
  if (value.kind === 'version') return value.value;
  if (value.kind !== 'string') return null;
  return /^\d+(\.\d+){1,3}$/.test(value.value) ? value.value.split('.').map(Number) : null;
}

/** What a value is called in a message. */
export function kindOf(value: Value): string {
  return value.kind.slice(0, 1).toUpperCase() + value.kind.slice(1);
}
