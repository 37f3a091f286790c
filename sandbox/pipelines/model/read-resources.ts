import { type Problems, unsupported } from '../yaml/problems.ts';
import { type Position, type Tree, textOf } from '../yaml/tree.ts';
import { type Fields, readFields } from './fields.ts';

/** Another repository that a pipeline takes templates from, or checks out. */
export interface RepositoryResource {
  readonly alias: string;
  /** `Repository` or `Project/Repository`. */
  readonly name: string;
  /** `refs/heads/main`; null: its default branch. */
  readonly ref: string | null;
  readonly at: Position;
}

const shape = {
  known: ['repositories'],
  refused: ['builds', 'containers', 'packages', 'pipelines', 'webhooks'],
};

/**
 * The repositories that a file names; those of the same organisation are all that there are.
 * Source: resources-repositories-repository.md of MicrosoftDocs/azure-devops-yaml-schema
 */
export function readResources(
  tree: Tree | undefined,
  problems: Problems,
): readonly RepositoryResource[] {
  const list = readFields(tree, shape, problems)?.tree('repositories');
  if (!list || (list.kind === 'scalar' && list.text === '')) return [];
  if (list.kind !== 'sequence') {
    problems.add(list.at, 'A sequence was expected');
    return [];
  }
  const aliases = new Set(['self']);
  return list.items.flatMap((item) => {
    const repository = readRepository(item, problems);
    if (!repository) return [];
    const alias = repository.alias.toLowerCase();
    if (aliases.has(alias)) {
      problems.add(repository.at, `The repository '${repository.alias}' is already defined`);
    }
    aliases.add(alias);
    return [repository];
  });
}

function readRepository(item: Tree, problems: Problems): RepositoryResource | null {
  const known = ['repository', 'type', 'name', 'ref', 'trigger'];
  const fields = readFields(item, { known, refused: ['endpoint'] }, problems);
  const alias = fields?.text('repository');
  if (!fields || alias === undefined) {
    problems.add(item.at, "A repository needs 'repository', the name by which it is called");
    return null;
  }
  checkType(fields, problems);
  checkTrigger(fields, problems);
  return {
    alias,
    name: fields.text('name') ?? alias,
    ref: fields.text('ref') ?? null,
    at: fields.tree('name')?.at ?? item.at,
  };
}

function checkType(fields: Fields, problems: Problems): void {
  const type = fields.text('type') ?? 'git';
  if (type.toLowerCase() === 'git') return;
  const message = unsupported(`repositories of type '${type}': it has those of the organisation`);
  problems.add(fields.tree('type')?.at ?? fields.at, message);
}

function checkTrigger(fields: Fields, problems: Problems): void {
  const trigger = fields.tree('trigger');
  if (!trigger || textOf(trigger)?.toLowerCase() === 'none') return;
  problems.add(trigger.at, unsupported("'trigger' of another repository"));
}
