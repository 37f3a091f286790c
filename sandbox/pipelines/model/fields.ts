import { type Problems, unsupported } from '../yaml/problems.ts';
import { entryOf, type Mapping, type Position, type Tree } from '../yaml/tree.ts';

/** The keys of one mapping, read by name; what is wrong with them is told to `problems`. */
export interface Fields {
  readonly at: Position;
  readonly mapping: Mapping;
  readonly tree: (name: string) => Tree | undefined;
  readonly text: (name: string) => string | undefined;
  readonly flag: (name: string) => boolean | undefined;
  readonly count: (name: string) => number | undefined;
  /** A sequence of texts, or a single one. */
  readonly texts: (name: string) => readonly string[] | undefined;
}

interface Shape {
  readonly known: readonly string[];
  /** What Azure Pipelines knows and the sandbox does not. */
  readonly refused?: readonly string[];
}

/** Reads a mapping that may have these keys and no others; null: it is no mapping. */
export function readFields(
  tree: Tree | undefined,
  shape: Shape,
  problems: Problems,
): Fields | null {
  if (tree?.kind !== 'mapping') {
    if (tree) problems.add(tree.at, 'A mapping was expected');
    return null;
  }
  const known = new Set(shape.known.map((name) => name.toLowerCase()));
  const refused = new Set(shape.refused?.map((name) => name.toLowerCase()));
  for (const { key } of tree.entries) {
    const name = key.text.toLowerCase();
    if (refused.has(name)) problems.add(key.at, unsupported(`'${key.text}'`));
    else if (!known.has(name)) problems.add(key.at, `Unexpected value '${key.text}'`);
  }
  return fieldsOf(tree, problems);
}

function fieldsOf(mapping: Mapping, problems: Problems): Fields {
  const tree = (name: string) => entryOf(mapping, name)?.value;
  const text = (name: string) => scalar(tree(name), problems);
  return {
    at: mapping.at,
    mapping,
    tree,
    text,
    flag: (name) => {
      const word = text(name)?.toLowerCase();
      if (word === undefined || word === 'true' || word === 'false')
        return word === undefined ? undefined : word === 'true';
      problems.add(tree(name)?.at ?? mapping.at, `'${text(name)}' is not a valid Boolean`);
      return undefined;
    },
    count: (name) => {
      const written = text(name);
      if (written === undefined) return undefined;
      if (/^\d+$/.test(written)) return Number(written);
      problems.add(tree(name)?.at ?? mapping.at, `'${written}' is not a valid whole number`);
      return undefined;
    },
    texts: (name) => textsOf(tree(name), problems),
  };
}

function scalar(tree: Tree | undefined, problems: Problems): string | undefined {
  if (tree && tree.kind !== 'scalar') problems.add(tree.at, 'A scalar was expected');
  return tree?.kind === 'scalar' ? tree.text : undefined;
}

/** The texts of a sequence, or of a single scalar. */
export function textsOf(tree: Tree | undefined, problems: Problems): readonly string[] | undefined {
  if (tree?.kind !== 'sequence') {
    const text = scalar(tree, problems);
    return text === undefined ? undefined : [text];
  }
  return tree.items.flatMap((item) => scalar(item, problems) ?? []);
}
