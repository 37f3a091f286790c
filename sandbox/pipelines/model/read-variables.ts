import type { Problems } from '../yaml/problems.ts';
import type { Tree } from '../yaml/tree.ts';
import { checkExpression } from './check-expression.ts';
import { readFields } from './fields.ts';
import type { VariableLine } from './pipeline.ts';

const reserved = /^(endpoint|input|path|secret|securefile)/i;

/**
 * The lines of a `variables:` block, as a mapping or as a sequence.
 * Source: variables.md of MicrosoftDocs/azure-devops-yaml-schema
 */
export function readVariables(tree: Tree | undefined, problems: Problems): readonly VariableLine[] {
  if (!tree || (tree.kind === 'scalar' && tree.text === '')) return [];
  if (tree.kind === 'scalar') {
    problems.add(tree.at, 'A mapping or a sequence was expected');
    return [];
  }
  if (tree.kind === 'mapping') {
    return tree.entries.map(({ key, value }) =>
      line({ name: key.text, value, readonly: false }, problems),
    );
  }
  return tree.items.flatMap((item) => {
    const fields = readFields(item, { known: ['name', 'value', 'readonly', 'group'] }, problems);
    if (!fields) return [];
    const group = fields.text('group');
    if (group !== undefined) return [{ kind: 'group', name: group, at: item.at } as const];
    const name = fields.text('name');
    if (name === undefined) {
      problems.add(item.at, "A variable needs a 'name', a 'group' or a 'template'");
      return [];
    }
    const value = fields.tree('value') ?? { kind: 'scalar', text: '', at: item.at };
    return [line({ name, value, readonly: fields.flag('readonly') ?? false }, problems)];
  });
}

interface Declared {
  readonly name: string;
  readonly value: Tree;
  readonly readonly: boolean;
}

function line({ name, value, readonly }: Declared, problems: Problems): VariableLine {
  if (value.kind !== 'scalar') problems.add(value.at, 'A scalar was expected');
  const text = value.kind === 'scalar' ? value.text : '';
  if (reserved.test(name)) {
    problems.add(value.at, `The variable name '${name}' starts with a word that is reserved`);
  }
  const expression = runtimeExpression(text);
  if (expression !== null) checkExpression(expression, 'variable', value.at, problems);
  return { kind: 'value', name, value: text, readonly };
}

/** What stands in `$[ ]` when that is the whole of a value; null: the value is as it is. */
export function runtimeExpression(value: string): string | null {
  return /^\s*\$\[(.*)\]\s*$/s.exec(value)?.[1]?.trim() ?? null;
}
