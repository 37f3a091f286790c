import type { Problems } from '../yaml/problems.ts';
import type { Dependent, Stage } from './pipeline.ts';

/** Refuses stages and jobs with the same name, with unknown dependencies, or waiting for themselves. */
export function checkGraph(stages: readonly Stage[], problems: Problems): void {
  check('stage', stages, problems);
  for (const { jobs } of stages) check('job', jobs, problems);
}

function check(what: 'stage' | 'job', nodes: readonly Dependent[], problems: Problems): void {
  const kind = what === 'stage' ? 'Stage' : 'Job';
  const names = new Set<string>();
  for (const { name, at } of nodes) {
    if (!/^[A-Za-z_]\w*$/.test(name)) problems.add(at, `The ${what} name '${name}' is not valid.`);
    if (names.has(name.toLowerCase())) {
      problems.add(
        at,
        `The ${what} name ${name} appears more than once. ${kind} names must be unique.`,
      );
    }
    names.add(name.toLowerCase());
  }
  for (const { name, dependsOn, dependsOnAt } of nodes) {
    for (const other of dependsOn) {
      if (!names.has(other.toLowerCase())) {
        problems.add(dependsOnAt, `${kind} ${name} depends on unknown ${what} ${other}.`);
      }
    }
  }
  const [stuck] = cycle(nodes);
  if (stuck) {
    const message = `The ${what}s wait for one another: a cycle of dependencies.`;
    problems.add(stuck.dependsOnAt, message);
  }
}

/** Those that wait for one another for ever. */
function cycle(nodes: readonly Dependent[]): readonly Dependent[] {
  const names = new Set(nodes.map(({ name }) => name.toLowerCase()));
  let waiting = [...nodes];
  for (;;) {
    const ready = waiting.filter(({ dependsOn }) =>
      dependsOn.every((other) => !names.has(other.toLowerCase())),
    );
    if (ready.length === 0) return waiting;
    for (const { name } of ready) names.delete(name.toLowerCase());
    waiting = waiting.filter((node) => !ready.includes(node));
  }
}
