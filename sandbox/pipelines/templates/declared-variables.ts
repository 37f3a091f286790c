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
