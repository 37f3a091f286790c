import { invalidParameter } from '../mlflow-error.ts';
import { pythonSet } from '../python-repr.ts';

export type ColumnKind = 'attribute' | 'tag' | 'parameter' | 'metric';

/** What can be asked of a kind of thing, and how MLflow words what cannot. */
export interface Dialect {
  readonly attributes: readonly string[];
  readonly numericAttributes: readonly string[];
  /** Attributes that may be compared with a list. */
  readonly listAttributes: readonly string[];
  /** The names a column's kind goes by. */
  readonly kinds: Readonly<Record<string, ColumnKind>>;
  readonly unknownKind: (kind: string) => string;
  /** `tracking`: clauses are shown in quotes, tags and parameters can be compared with NULL. */
  readonly wording: 'registry' | 'tracking';
}

export interface Column {
  readonly kind: ColumnKind;
  readonly key: string;
}

/**
 * What a name such as `params.depth` or `status` stands for.
 * @throws {MlflowError} 400
 */
export function columnNamed(name: string, dialect: Dialect, attributes: readonly string[]): Column {
  const dot = /^[\w$]+\./u.exec(name)?.[0];
  const kindName = dot?.slice(0, -1);
  const key = unquoted(name.slice(dot?.length ?? 0));
  const kind = kindName === undefined ? 'attribute' : dialect.kinds[kindName];
  if (!kind) throw invalidParameter(dialect.unknownKind(kindName ?? ''));
  if (kind === 'attribute' && !attributes.includes(key)) {
    throw invalidParameter(
      `Invalid attribute key '${key}' specified. Valid keys are '${pythonSet(attributes)}'`,
    );
  }
  return { kind, key };
}

function unquoted(text: string): string {
  return /^(?:`[^`]*`|"[^"]*"|'[^']*')$/su.test(text) ? text.slice(1, -1) : text;
}

export function isNumeric({ kind, key }: Column, { numericAttributes }: Dialect): boolean {
  return kind === 'metric' || (kind === 'attribute' && numericAttributes.includes(key));
}
