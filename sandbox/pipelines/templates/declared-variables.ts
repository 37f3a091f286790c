import { entryOf, type Tree, textOf } from '../yaml/tree.ts';

/** Name and value of every variable that a `variables:` block declares itself. */
export function declaredVariables(tree: Tree): readonly (readonly [string, string])[] {
  if (tree.kind === 'mapping') {
    return tree.entries.map(({ key, value }) => [key.text, textOf(value) ?? '']);
  }
  if (tree.kind === 'scalar') return [];
  return tree.items.flatMap((item) => {
    const name = textOf(entryOf(item, 'name')?.value);
    const value = textOf(entryOf(item, 'value')?.value);
    return name === undefined ? [] : [[name, value ?? ''] as const];
  });
}

/** The lines of a `variables` mapping as the items of a sequence. */
export function asItems(tree: Tree): readonly Tree[] {
  if (tree.kind === 'sequence') return tree.items;
  return declaredVariables(tree).map(([name, value]) => {
    const scalar = (text: string) => ({ kind: 'scalar', text, at: tree.at }) as const;
    return {
      kind: 'mapping',
      entries: [
        { key: scalar('name'), value: scalar(name) },
        { key: scalar('value'), value: scalar(value) },
      ],
      at: tree.at,
    } as const;
  });
}
