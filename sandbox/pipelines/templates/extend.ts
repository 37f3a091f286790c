import { refuseRepeatedKeys } from '../yaml/parse-yaml.ts';
import { unsupported } from '../yaml/problems.ts';
import { type Entry, entryOf, type Mapping, type Tree } from '../yaml/tree.ts';
import { asItems, declaredVariables } from './declared-variables.ts';
import { type Expansion, expand } from './expand.ts';
import { type Scope, withVariables } from './scope.ts';

/** What a template has to say when somebody extends it, and the file itself says as well. */
const ignored = new Set(['trigger', 'pr', 'schedules', 'name']);

/**
 * The root of a pipeline with everything in it worked out, that of the template it extends included.
 * Source: extends.md of MicrosoftDocs/azure-devops-yaml-schema; docs/pipelines/process/templates.md
 */
export async function expandExtended(
  tree: Mapping,
  scope: Scope,
  expansion: Expansion,
  enter: (item: Mapping, scope: Scope) => Promise<Tree | null>,
): Promise<Tree> {
  const written = entryOf(tree, 'extends');
  const others = tree.entries.filter((entry) => entry !== written);
  const root = await expand({ ...tree, entries: others }, 'root', scope, expansion);
  refuseForms(root, expansion);
  if (written?.value.kind !== 'mapping') {
    expansion.problems.add(written?.value.at ?? tree.at, 'A mapping was expected');
    return root;
  }
  const variables = entryOf(root, 'variables')?.value;
  const inner = variables ? withVariables(scope, declaredVariables(variables)) : scope;
  const template = await enter(written.value, inner);
  return template?.kind === 'mapping' && root.kind === 'mapping'
    ? merged(root, template, expansion)
    : root;
}

/** What extends a template has nothing to run of its own. */
function refuseForms(root: Tree, { problems }: Expansion): void {
  for (const form of ['stages', 'jobs', 'steps']) {
    const entry = entryOf(root, form);
    if (entry) problems.add(entry.key.at, `Unexpected value '${form}'`);
  }
}

function merged(root: Mapping, template: Mapping, { problems }: Expansion): Mapping {
  const added = template.entries.flatMap((entry): readonly Entry[] => {
    const name = entry.key.text.toLowerCase();
    if (name === 'resources') {
      problems.add(entry.key.at, unsupported("'resources' in a template"));
      return [];
    }
    // Only those of the file itself count.
    if (ignored.has(name)) return [];
    return name === 'variables' && entryOf(root, name) ? [] : [entry];
  });
  const own = entryOf(root, 'variables');
  const others = entryOf(template, 'variables');
  const kept = root.entries.map((entry) =>
    entry === own && others
      ? {
          key: entry.key,
          value: {
            kind: 'sequence',
            items: [...asItems(own.value), ...asItems(others.value)],
            at: own.value.at,
          } as const,
        }
      : entry,
  );
  const mapping: Mapping = { ...root, entries: [...kept, ...added] };
  refuseRepeatedKeys(mapping, problems);
  return mapping;
}
