import type { Value } from '../../pipelines/expressions/value.ts';
import { type Loaded, loadPipeline } from '../../pipelines/load-pipeline.ts';
import type { VariableLine } from '../../pipelines/model/pipeline.ts';
import { PipelineInvalid } from '../../pipelines/yaml/problems.ts';
import { linksOf } from '../links.ts';
import type { AzureDevops } from '../state.ts';
import { pipelineInvalid } from '../vss-error.ts';
import type { Prepared } from './server-variables.ts';

interface LoadRequest {
  readonly prepared: Prepared;
  readonly parameters: ReadonlyMap<string, Value>;
  readonly variables: ReadonlyMap<string, string>;
  /** YAML to use instead of the file. */
  readonly override?: string | undefined;
}

/**
 * The pipeline of a run, from its file at the run's commit.
 * @throws {VssError} it cannot run
 */
export async function load(state: AzureDevops, request: LoadRequest): Promise<Loaded> {
  const { prepared, parameters, variables, override } = request;
  const { definition, sourceBranch, sourceVersion } = prepared;
  const { repository } = definition.hosted;
  try {
    const loaded = await loadPipeline({
      path: definition.path,
      parameters,
      variables,
      files: {
        read: async (path) =>
          override !== undefined && path === definition.path
            ? override
            : repository.read(sourceVersion, path.replace(/^\//, '')),
        missing: (path) =>
          `File ${path} not found in repository ${linksOf(state).remote(repository.name)} branch ${sourceBranch} version ${sourceVersion}.`,
      },
    });
    checkGroups(state, loaded);
    return loaded;
  } catch (error) {
    if (error instanceof PipelineInvalid) throw pipelineInvalid(error.message);
    throw error;
  }
}

function checkGroups(state: AzureDevops, { pipeline }: Loaded): void {
  const known = new Set(state.groups.map(({ name }) => name.toLowerCase()));
  const check = (where: string, lines: readonly VariableLine[]) => {
    for (const line of lines) {
      if (line.kind !== 'group' || known.has(line.name.toLowerCase())) continue;
      throw new PipelineInvalid(
        `${where}: Variable group ${line.name} could not be found. The variable group does not exist or has not been authorized for use. For authorization details, refer to https://aka.ms/yamlauthz.`,
      );
    }
  };
  check('Pipeline', pipeline.variables);
  for (const stage of pipeline.stages) {
    check(`Stage ${stage.name}`, stage.variables);
    for (const job of stage.jobs) check(`Job ${job.name}`, job.variables);
  }
}
