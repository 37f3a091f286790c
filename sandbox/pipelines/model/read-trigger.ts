import type { Problems } from '../yaml/problems.ts';
import type { Tree } from '../yaml/tree.ts';
import { type Fields, readFields, textsOf } from './fields.ts';
import type { Filter, Trigger } from './pipeline.ts';

const everyBranch = {
  kind: 'pushes',
  batch: false,
  branches: null,
  tags: null,
  paths: null,
} as const;

/**
 * Which pushes start the pipeline: all, unless the file says otherwise.
 * Source: trigger.md of MicrosoftDocs/azure-devops-yaml-schema
 */
export function readTrigger(tree: Tree | undefined, problems: Problems): Trigger {
  if (!tree) return everyBranch;
  if (tree.kind === 'scalar' && ['none', ''].includes(tree.text.toLowerCase())) {
    return { kind: 'none' };
  }
  if (tree.kind !== 'mapping') {
    return { ...everyBranch, branches: { include: textsOf(tree, problems) ?? [], exclude: [] } };
  }
  const shape = { known: ['batch', 'branches', 'tags', 'paths'] };
  const fields = readFields(tree, shape, problems);
  if (!fields) return everyBranch;
  return {
    kind: 'pushes',
    batch: fields.flag('batch') ?? false,
    branches: readFilter(fields, 'branches', problems),
    tags: readFilter(fields, 'tags', problems),
    paths: readFilter(fields, 'paths', problems),
  };
}

function readFilter(fields: Fields, name: string, problems: Problems): Filter | null {
  const tree = fields.tree(name);
  if (!tree) return null;
  if (tree.kind !== 'mapping') return { include: textsOf(tree, problems) ?? [], exclude: [] };
  const filter = readFields(tree, { known: ['include', 'exclude'] }, problems);
  return { include: filter?.texts('include') ?? [], exclude: filter?.texts('exclude') ?? [] };
}
