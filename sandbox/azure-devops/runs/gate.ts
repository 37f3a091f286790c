import type { Pipeline, Stage } from '../../pipelines/model/pipeline.ts';
import { authorizationOf, whenAuthorized } from '../permissions/authorizations.ts';
import type { AzureDevops, Definition } from '../state.ts';
import type { RunRepository } from './load.ts';

/**
 * When a stage may use the variable groups and the repositories that it names; null: now. A run of
 * a pipeline that may not use them waits until somebody lets it.
 * Source: docs/pipelines/process/resources.md of azure-devops-docs, "resource authorization"
 */
export function openGate(
  state: AzureDevops,
  definition: Definition,
  pipeline: Pipeline,
  repositories: ReadonlyMap<string, RunRepository>,
): (stage: Stage) => Promise<void> | null {
  const others = [...repositories].filter(([alias]) => alias !== 'self');
  return (stage) => {
    const lines = [
      ...pipeline.variables,
      ...stage.variables,
      ...stage.jobs.flatMap(({ variables }) => variables),
    ];
    const names = new Set(
      lines.flatMap((line) => (line.kind === 'group' ? [line.name.toLowerCase()] : [])),
    );
    const groups = state.groups.filter(({ name }) => names.has(name.toLowerCase()));
    const wanted = [
      ...groups.map(({ id }) => authorizationOf(state, 'variablegroup', String(id))),
      ...others.map(([, { hosted }]) =>
        authorizationOf(state, 'repository', `${state.project.id}.${hosted.id}`),
      ),
    ];
    return whenAuthorized(wanted, definition.id);
  };
}
