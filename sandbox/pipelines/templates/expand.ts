import { ExpressionError } from '../expressions/expression-error.ts';
import { refuseRepeatedKeys } from '../yaml/parse-yaml.ts';
import type { Problems } from '../yaml/problems.ts';
import {
  type Entry,
  entryOf,
  type Mapping,
  type Scalar,
  type Sequence,
  type Tree,
} from '../yaml/tree.ts';
import { toTree } from '../yaml/values.ts';
import { declaredVariables } from './declared-variables.ts';
import { type Directive, readDirective, scopesOf, type Taken } from './directive.ts';
import { hasExpression, interpolate } from './interpolate.ts';
import { type Scope, withVariables } from './scope.ts';

/** Where in a pipeline a piece of YAML stands: what may be a template there, what declares variables. */
export type Place =
  | 'root'
  | 'stages'
  | 'stage'
  | 'jobs'
  | 'job'
  | 'strategy'
  | 'runOnce'
  | 'on'
  | 'hook'
  | 'steps'
  | 'variables'
  | 'elsewhere';

export interface Expansion {
  readonly problems: Problems;
  /** What a `- template:` item stands for, already expanded. */
  readonly include: (item: Mapping, place: Place, scope: Scope) => Promise<readonly Tree[]>;
  /** A root that extends a template, with the root of that, already expanded. */
  readonly extend: (root: Mapping, scope: Scope) => Promise<Tree>;
}

const inside: Readonly<Record<Place, Readonly<Record<string, Place>>>> = {
  root: { stages: 'stages', jobs: 'jobs', steps: 'steps', variables: 'variables' },
  stages: {},
  stage: { jobs: 'jobs', steps: 'steps', variables: 'variables' },
  jobs: {},
  job: { steps: 'steps', variables: 'variables', strategy: 'strategy' },
  strategy: { runonce: 'runOnce' },
  runOnce: {
    predeploy: 'hook',
    deploy: 'hook',
    routetraffic: 'hook',
    postroutetraffic: 'hook',
    on: 'on',
  },
  on: { failure: 'hook', success: 'hook' },
  hook: { steps: 'steps' },
  steps: {},
  variables: {},
  elsewhere: {},
};

const itemOf: Readonly<Partial<Record<Place, Place>>> = { stages: 'stage', jobs: 'job' };

/** YAML with every `${{ }}`, directive and template in it replaced by what it stands for. */
export async function expand(
  tree: Tree,
  place: Place,
  scope: Scope,
  expansion: Expansion,
): Promise<Tree> {
  switch (tree.kind) {
    case 'scalar':
      return expandScalar(tree, scope, expansion.problems);
    case 'sequence':
      return expandSequence(tree, place, scope, expansion);
    case 'mapping':
      // A template may extend another one.
      return place === 'root' && entryOf(tree, 'extends')
        ? expansion.extend(tree, scope)
        : expandMapping(tree, place, scope, expansion);
  }
}

function expandScalar(tree: Scalar, scope: Scope, problems: Problems): Tree {
  if (!hasExpression(tree.text)) return tree;
  const value = attempt(tree, problems, () => interpolate(tree.text, scope));
  return value ? toTree(value, tree.at) : { ...tree, text: '' };
}

async function expandSequence(
  tree: Sequence,
  place: Place,
  outer: Scope,
  expansion: Expansion,
): Promise<Sequence> {
  const items: Tree[] = [];
  let taken: Taken = null;
  let scope = outer;
  for (const item of tree.items) {
    const directive = onlyDirective(item);
    if (directive) {
      const chosen = choose(directive, taken, scope, expansion.problems);
      taken = chosen.taken;
      for (const inner of chosen.scopes) {
        items.push(...spread(await expand(directive.entry.value, place, inner, expansion)));
      }
    } else {
      items.push(...(await expandItem(item, place, scope, expansion)));
    }
    // A variable may be made from those above it.
    if (place === 'variables') scope = withVariables(outer, declaredVariables({ ...tree, items }));
  }
  return { ...tree, items };
}

async function expandItem(
  item: Tree,
  place: Place,
  scope: Scope,
  expansion: Expansion,
): Promise<readonly Tree[]> {
  if (item.kind === 'mapping' && place !== 'elsewhere' && entryOf(item, 'template')) {
    return expansion.include(item, place, scope);
  }
  const expanded = await expand(item, itemOf[place] ?? 'elsewhere', scope, expansion);
  // A list put in place of an item becomes part of the list around it.
  return item.kind === 'scalar' ? spread(expanded) : [expanded];
}

function spread(tree: Tree): readonly Tree[] {
  return tree.kind === 'sequence' ? tree.items : [tree];
}

async function expandMapping(
  tree: Mapping,
  place: Place,
  outer: Scope,
  expansion: Expansion,
): Promise<Mapping> {
  const variables = place === 'elsewhere' ? undefined : entryOf(tree, 'variables')?.value;
  const known = variables && (await expand(variables, 'variables', outer, expansion));
  const scope = known ? withVariables(outer, declaredVariables(known)) : outer;

  const entries: Entry[] = [];
  let taken: Taken = null;
  for (const entry of tree.entries) {
    const directive = readDirective(entry.key.text);
    if (directive) {
      const chosen = choose({ ...directive, entry }, taken, scope, expansion.problems);
      taken = chosen.taken;
      for (const inner of chosen.scopes) {
        entries.push(...entriesOf(await expand(entry.value, place, inner, expansion), expansion));
      }
    } else if (known && entry.value === variables) {
      entries.push({ key: entry.key, value: known });
    } else {
      entries.push(await expandEntry(entry, place, scope, expansion));
    }
  }
  const mapping: Mapping = { ...tree, entries };
  refuseRepeatedKeys(mapping, expansion.problems);
  return mapping;
}

async function expandEntry(
  { key, value }: Entry,
  place: Place,
  scope: Scope,
  expansion: Expansion,
): Promise<Entry> {
  const name = expandScalar(key, scope, expansion.problems);
  const within = inside[place][key.text.toLowerCase()] ?? 'elsewhere';
  return {
    key: name.kind === 'scalar' ? name : { ...key, text: '' },
    value: await expand(value, within, scope, expansion),
  };
}

function entriesOf(tree: Tree, { problems }: Expansion): readonly Entry[] {
  if (tree.kind === 'mapping') return tree.entries;
  if (tree.kind !== 'scalar' || tree.text !== '') problems.add(tree.at, 'A mapping was expected');
  return [];
}

type Chooser = Directive & { readonly entry: Entry };

function onlyDirective(item: Tree): Chooser | null {
  const [entry, another] = item.kind === 'mapping' ? item.entries : [];
  const directive = entry && !another ? readDirective(entry.key.text) : null;
  return entry && directive ? { ...directive, entry } : null;
}

function choose(directive: Chooser, taken: Taken, scope: Scope, problems: Problems) {
  const { key } = directive.entry;
  const chosen = attempt(key, problems, () => scopesOf(directive, taken, scope));
  return chosen ?? { scopes: [], taken };
}

/** Source: answers of the `preview` endpoint, observed in August 2026 */
const longestMessage = 500;

function cut(message: string): string {
  return message.length > longestMessage ? `${message.slice(0, longestMessage)}[...]` : message;
}

function attempt<T>(where: Scalar, problems: Problems, work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    problems.add(where.at, cut(error.message));
    return null;
  }
}
