/** Where something stands in a file of a repository; lines and columns count from 1. */
export interface Position {
  /** From the root of the repository: `/pipelines/ci.yml`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** YAML as Azure Pipelines sees it: every scalar is text, as it was written. */
export type Tree = Scalar | Sequence | Mapping;

export interface Scalar {
  readonly kind: 'scalar';
  readonly text: string;
  readonly at: Position;
}

export interface Sequence {
  readonly kind: 'sequence';
  readonly items: readonly Tree[];
  readonly at: Position;
}

export interface Mapping {
  readonly kind: 'mapping';
  readonly entries: readonly Entry[];
  readonly at: Position;
}

export interface Entry {
  readonly key: Scalar;
  readonly value: Tree;
}

/** The entry of a mapping, its key in any case. */
export function entryOf(tree: Tree | undefined, key: string): Entry | undefined {
  if (tree?.kind !== 'mapping') return undefined;
  return tree.entries.find((entry) => entry.key.text.toLowerCase() === key.toLowerCase());
}

/** The text of a scalar; undefined of anything else. */
export function textOf(tree: Tree | undefined): string | undefined {
  return tree?.kind === 'scalar' ? tree.text : undefined;
}
