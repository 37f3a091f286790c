import { dirname, posix } from 'node:path';

import type { Value } from '../expressions/value.ts';
import { parseYaml } from '../yaml/parse-yaml.ts';
import { type Problems, unsupported } from '../yaml/problems.ts';
import { entryOf, type Mapping, type Tree, textOf } from '../yaml/tree.ts';
import { toValue } from '../yaml/values.ts';
import { asItems } from './declared-variables.ts';
import { type Expansion, expand, type Place } from './expand.ts';
import { expandExtended } from './extend.ts';
import { bindParameters } from './parameters.ts';
import type { Scope } from './scope.ts';

/** The files of a repository at the commit that a run has of it. */
export interface TemplateFiles {
  /** The text of a file, its path from the root: `/templates/login.yml`; null: it is not there. */
  readonly read: (path: string) => Promise<string | null>;
  /** What a message says of a file that is not there. */
  readonly missing: (path: string) => string;
}

/** By alias in lower case; the pipeline's own repository is `self`. */
export type Repositories = ReadonlyMap<string, TemplateFiles>;

/** Source: docs/pipelines/process/templates.md of MicrosoftDocs/azure-devops-docs, "Imposed limits" */
const most = { files: 100, levels: 100 };

/** So that templates that name themselves twice come to an end. */
const mostInclusions = 10_000;

/** Expands files of the run's repositories, with the templates they name. */
export function openExpansion(repositories: Repositories, problems: Problems): Expansion {
  const parsed = new Map<string, Tree>();
  let level = 0;
  let inclusions = 0;

  /** A template with the parameters it is given, worked out one level deeper; null: it cannot be. */
  const enter = async <T>(
    item: Mapping,
    scope: Scope,
    work: (tree: Tree, inner: Scope) => Promise<T>,
  ): Promise<T | null> => {
    inclusions += 1;
    if (level >= most.levels || inclusions > mostInclusions) {
      problems.add(
        item.at,
        level >= most.levels
          ? `No more than ${most.levels} levels of template nesting are allowed`
          : unsupported(`more than ${mostInclusions} inclusions of templates`),
      );
      return null;
    }
    level += 1;
    try {
      const template = await load(item, scope);
      if (!template) return null;
      const { tree, parameters } = template;
      return await work(tree, { ...scope, parameters, locals: new Map() });
    } finally {
      level -= 1;
    }
  };

  const load = async (item: Mapping, scope: Scope) => {
    for (const { key } of item.entries) {
      if (!['template', 'parameters'].includes(key.text.toLowerCase())) {
        problems.add(key.at, `Unexpected value '${key.text}'`);
      }
    }
    const given = entryOf(item, 'parameters')?.value;
    const written = entryOf(item, 'template')?.value ?? item;
    const name = await expand(written, 'elsewhere', scope, expansion);
    const args = given && (await expand(given, 'elsewhere', scope, expansion));
    const tree = await readTemplate(name);
    if (!tree) return null;
    const declared = entryOf(tree, 'parameters')?.value;
    const parameters = bindParameters(declared, argumentsOf(args), problems, {
      at: item.at,
      of: (parameter) => entryOf(args, parameter)?.key.at,
    });
    return parameters && { tree, parameters };
  };

  const readTemplate = async (name: Tree): Promise<Tree | null> => {
    const { path, alias } = addressOf(name);
    const shown = alias === 'self' ? path : `${path}@${alias}`;
    const known = parsed.get(shown);
    if (known) return known;
    const files = repositories.get(alias.toLowerCase());
    if (!files) {
      problems.add(
        name.at,
        `The repository '${alias}' is not declared in 'resources.repositories'`,
      );
      return null;
    }
    const source = await files.read(path);
    if (source === null) {
      problems.add(name.at, files.missing(path));
      return null;
    }
    if (parsed.size >= most.files) {
      problems.add(name.at, `No more than ${most.files} separate YAML files may be included`);
      return null;
    }
    const tree = parseYaml(source, shown, problems);
    parsed.set(shown, tree);
    return tree;
  };

  const expansion: Expansion = {
    problems,
    async include(item, place, scope) {
      const items = await enter(item, scope, async (tree, inner) => {
        const body = bodyOf(tree, place, problems);
        if (!body) return [];
        const expanded = await expand(body, place, inner, expansion);
        if (expanded.kind === 'sequence') return expanded.items;
        if (place === 'variables') return asItems(expanded);
        problems.add(expanded.at, 'A sequence was expected');
        return [];
      });
      return items ?? [];
    },
    extend: (root, scope) =>
      expandExtended(root, scope, expansion, (item, inner) =>
        enter(item, inner, (tree, within) =>
          expand(withoutParameters(tree), 'root', within, expansion),
        ),
      ),
  };
  return expansion;
}

/**
 * Where a template is: beside the file that names it, from the root of its repository, or in
 * another one. What follows the first `@` is an alias.
 */
function addressOf(name: Tree): { readonly path: string; readonly alias: string } {
  const [written = '', named] = (textOf(name) ?? '').split('@', 2);
  const [file = '', around = 'self'] = name.at.file.split('@', 2);
  const alias = named ?? around;
  const from = named === undefined ? dirname(file) : '/';
  return { path: posix.join(written.startsWith('/') ? '/' : from, written), alias };
}

function argumentsOf(tree: Tree | undefined): ReadonlyMap<string, Value> {
  if (tree?.kind !== 'mapping') return new Map();
  return new Map(tree.entries.map(({ key, value }) => [key.text, toValue(value)]));
}

/** Declarations of parameters are not expanded: nothing may be worked out in them. */
export function withoutParameters(tree: Tree): Tree {
  if (tree.kind !== 'mapping') return tree;
  const entries = tree.entries.filter(({ key }) => key.text.toLowerCase() !== 'parameters');
  return { ...tree, entries };
}

/** What a template holds for the place at which it is named. */
function bodyOf(tree: Tree, place: Place, problems: Problems): Tree | null {
  if (tree.kind !== 'mapping') {
    problems.add(tree.at, 'A mapping was expected');
    return null;
  }
  for (const { key } of tree.entries) {
    if (!['parameters', place].includes(key.text.toLowerCase())) {
      problems.add(key.at, `Unexpected value '${key.text}'`);
    }
  }
  const body = entryOf(tree, place)?.value ?? null;
  if (!body) problems.add(tree.at, `A template named below '${place}' needs '${place}'`);
  return body;
}
