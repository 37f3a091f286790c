import type { Identity } from '../identity.ts';
import { requireBuildRight } from '../permissions/rights.ts';
import type { AzureDevops, AzureDevopsCall, Definition, Run } from '../state.ts';
import { buildError, VssError } from '../vss-error.ts';

/** The first id given out; not that of any pipeline, so that the two cannot be taken for one another. */
export const FIRST_ID = 1001;

/** @throws {VssError} no such pipeline: with the status 500, as the real service has it */
function findPipeline(state: AzureDevops, id: string | undefined): Definition {
  const found = state.definitions.find((definition) => String(definition.id) === id);
  if (found) return found;
  const space = 'Microsoft.Azure.Pipelines.WebApi';
  throw new VssError(
    500,
    'PipelineNotFoundException',
    `The pipeline '${id}' does not exist`,
    space,
  );
}

/** All runs, but for those of pipelines that were deleted: they went with them. */
export function runsOf({ runs, definitions }: AzureDevops): readonly Run[] {
  return runs.filter(({ definition }) => definitions.includes(definition));
}

/** Ids count on and no run ever goes, so that one of a hundred thousand is found at once. */
export function runBy({ runs }: AzureDevops, id: string | undefined): Run | undefined {
  const found = runs[Number(id) - FIRST_ID];
  return found && String(found.record.id) === id ? found : undefined;
}

/** @throws {VssError} no such build */
function findBuild(state: AzureDevops, id: string | undefined): Run {
  const found = runBy(state, id);
  if (found && state.definitions.includes(found.definition)) return found;
  throw buildError(404, 'BuildNotFoundException', `The requested build ${id} could not be found.`);
}

/** @throws {VssError} no such pipeline, or no such run of it */
function findRun(
  state: AzureDevops,
  pipelineId: string | undefined,
  runId: string | undefined,
): Run {
  const definition = findPipeline(state, pipelineId);
  const found = runBy(state, runId);
  if (found?.definition === definition) return found;
  const space = 'Microsoft.Azure.Pipelines.WebApi';
  throw new VssError(404, 'RunNotFoundException', `The run '${runId}' does not exist`, space);
}

/** @throws {VssError} no such build, or one that the caller may not see */
export function findVisibleBuild(call: AzureDevopsCall, caller: Identity): Run {
  const run = findBuild(call.state, call.params['build']);
  requireBuildRight(call, caller, 'ViewBuilds', run.definition);
  return run;
}

/** @throws {VssError} no such pipeline, or one that the caller may not see */
export function findVisiblePipeline(call: AzureDevopsCall, caller: Identity): Definition {
  const definition = findPipeline(call.state, call.params['pipeline']);
  requireBuildRight(call, caller, 'ViewBuildDefinition', definition);
  return definition;
}

/** @throws {VssError} no such pipeline or run, or one that the caller may not see */
export function findVisibleRun(call: AzureDevopsCall, caller: Identity): Run {
  const run = findRun(call.state, call.params['pipeline'], call.params['run']);
  requireBuildRight(call, caller, 'ViewBuilds', run.definition);
  return run;
}
