import { dirname, posix } from 'node:path';

import type { Value } from '../expressions/value.ts';
import { parseYaml } from '../yaml/parse-yaml.ts';
import { type Problems, unsupported } from '../yaml/problems.ts';
import { entryOf, type Mapping, type Tree, textOf } from '../yaml/tree.ts';
import { toValue } from '../yaml/values.ts';
import { declaredVariables } from './declared-variables.ts';
import { type Expansion, expand, type Place } from './expand.ts';
import { bindParameters } from './parameters.ts';
import type { Scope } from './scope.ts';

/** The files of the repository at the commit of a run. */
export interface TemplateFiles {
  /** The text of a file, its path from the root: `/templates/login.yml`; null: it is not there. */
  readonly read: (path: string) => Promise<string | null>;
  /** What a message says of a file that is not there. */
  readonly missing: (path: string) => string;
}

/** Source: docs/pipelines/process/templates.md of MicrosoftDocs/azure-devops-docs, limits */
const maxFiles = 100;

/** Expands files of one repository, with the templates they name. */
export function openExpansion(files: TemplateFiles, problems: Problems): Expansion {
  let included = 0;

  const expansion: Expansion = {
    problems,
    async include(item, place, scope) {
      included += 1;
      if (included > maxFiles) {
        problems.add(item.at, `No more than ${maxFiles} separate YAML files may be included`);
        return [];
      }
      const template = await load(item, scope);
      if (!template) return [];
      const { tree, parameters } = template;
      const body = bodyOf(tree, place, problems);
      if (!body) return [];
      const inner: Scope = { ...scope, parameters, locals: new Map() };
      const expanded = await expand(body, place, inner, expansion);
      if (expanded.kind === 'sequence') return expanded.items;
      if (place === 'variables') return asItems(expanded);
      problems.add(expanded.at, 'A sequence was expected');
      return [];
    },
  };

  const load = async (item: Mapping, scope: Scope) => {
    for (const { key } of item.entries) {
      if (!['template', 'parameters'].includes(key.text.toLowerCase())) {
        problems.add(key.at, `Unexpected value '${key.text}'`);
      }
    }
    const given = entryOf(item, 'parameters')?.value;
    const name = await expand(
      entryOf(item, 'template')?.value ?? item,
      'elsewhere',
      scope,
      expansion,
    );
    const args = given && (await expand(given, 'elsewhere', scope, expansion));
    const tree = await readTemplate(name, files, problems);
    if (!tree) return null;
    const declared = entryOf(tree, 'parameters')?.value;
    const parameters = bindParameters(declared, argumentsOf(args), problems);
    return parameters && { tree, parameters };
  };

  return expansion;
}

async function readTemplate(
  name: Tree,
  files: TemplateFiles,
  problems: Problems,
): Promise<Tree | null> {
  const [written = '', alias] = (textOf(name) ?? '').split('@', 2);
  if (alias !== undefined && alias !== 'self') {
    problems.add(name.at, unsupported(`templates of another repository ('@${alias}')`));
    return null;
  }
  const from = alias === 'self' ? '/' : dirname(name.at.file);
  const path = posix.join(written.startsWith('/') ? '/' : from, written);
  const source = await files.read(path);
  if (source === null) {
    problems.add(name.at, files.missing(path));
    return null;
  }
  return parseYaml(source, path, problems);
}

function argumentsOf(tree: Tree | undefined): ReadonlyMap<string, Value> {
  if (tree?.kind !== 'mapping') return new Map();
  return new Map(tree.entries.map(({ key, value }) => [key.text, toValue(value)]));
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

function asItems(tree: Tree): readonly Tree[] {
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
