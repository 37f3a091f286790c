import { type Problems, unsupported } from '../yaml/problems.ts';
import type { Tree } from '../yaml/tree.ts';
import { readFields } from './fields.ts';

/** Refuses a pool whose jobs this machine cannot run. */
export function checkPool(tree: Tree | undefined, problems: Problems): void {
  if (tree?.kind === 'scalar') {
    if (tree.text.toLowerCase() === 'server') problems.add(tree.at, unsupported("'pool: server'"));
    return;
  }
  const pool = readFields(tree, { known: ['name', 'vmImage', 'demands'] }, problems);
  const image = pool?.text('vmImage') ?? '';
  if (/windows|macos/i.test(image)) {
    problems.add(pool?.tree('vmImage')?.at ?? null, unsupported(`the image '${image}'`));
  }
}
