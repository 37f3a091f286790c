import { type Problems, unsupported } from '../yaml/problems.ts';
import type { Tree } from '../yaml/tree.ts';
import { type Fields, readFields } from './fields.ts';
import type { Hook, HookName, Strategy } from './pipeline.ts';
import { checkPool } from './read-pool.ts';
import { readSteps } from './read-steps.ts';

const hookNames = ['preDeploy', 'deploy', 'routeTraffic', 'postRouteTraffic'] as const;

/**
 * A deployment that runs once: its hooks follow one another, each on an agent of its own.
 * Source: jobs-deployment-strategy-run-once.md of MicrosoftDocs/azure-devops-yaml-schema
 */
export function readDeployment(fields: Fields, job: string, problems: Problems): Strategy {
  const environment = readEnvironment(fields.tree('environment'), fields, problems);
  const shape = { known: ['runOnce'], refused: ['rolling', 'canary'] };
  const strategy = readFields(fields.tree('strategy'), shape, problems);
  const known = [...hookNames, 'on'];
  const runOnce = readFields(strategy?.tree('runOnce'), { known }, problems);
  if (!runOnce) {
    if (strategy?.tree('runOnce') === undefined && !hasRefused(strategy)) {
      problems.add(fields.tree('strategy')?.at ?? fields.at, "A deployment needs 'strategy'");
    }
    return { kind: 'deployment', environment, hooks: [] };
  }
  const on = readFields(runOnce.tree('on'), { known: ['failure', 'success'] }, problems);
  const written: readonly (readonly [HookName, Tree | undefined])[] = [
    ...hookNames.map((name) => [name, runOnce.tree(name)] as const),
    ['on.failure', on?.tree('failure')],
    ['on.success', on?.tree('success')],
  ];
  const hooks = written.flatMap(([name, tree]) => hookOf(name, tree, job, problems));
  return { kind: 'deployment', environment, hooks };
}

function hasRefused(strategy: Fields | null): boolean {
  return strategy?.tree('rolling') !== undefined || strategy?.tree('canary') !== undefined;
}

function hookOf(
  name: HookName,
  tree: Tree | undefined,
  job: string,
  problems: Problems,
): readonly Hook[] {
  const fields = readFields(tree, { known: ['steps', 'pool'] }, problems);
  if (!fields) return [];
  checkPool(fields.tree('pool'), problems);
  const implies = name === 'deploy' ? 'download' : 'nothing';
  return [
    { name, steps: readSteps(fields.tree('steps'), { job, at: fields.at, implies }, problems) },
  ];
}

/** Only the name of an environment means anything here: it has no resources and no checks. */
function readEnvironment(tree: Tree | undefined, job: Fields, problems: Problems): string {
  if (!tree) {
    problems.add(job.at, "A deployment needs an 'environment'");
    return '';
  }
  const refused = ['resourceName', 'resourceId', 'resourceType', 'tags'];
  const name =
    tree.kind === 'scalar'
      ? tree.text
      : (readFields(tree, { known: ['name'], refused }, problems)?.text('name') ?? '');
  if (name.includes('.')) {
    problems.add(tree.at, unsupported(`the resource of an environment ('${name}')`));
  }
  return name;
}
