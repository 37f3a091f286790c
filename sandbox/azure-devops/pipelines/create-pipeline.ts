import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { addDefinition } from '../definitions/add-definition.ts';
import { readDefinition } from '../definitions/read-definition.ts';
import { enter } from '../enter.ts';
import { requireBuildRight } from '../permissions/rights.ts';
import { respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { pipelineInvalid } from '../vss-error.ts';
import { fullPipelineJson } from './get-pipeline.ts';
import { parsed } from './run-parameters.ts';

/** Source: CreatePipelineParameters in specification/pipelines/7.1; the rest as learn.microsoft.com has it */
const CreateParameters = z.object({
  name: z.string().min(1),
  folder: z.string().nullish(),
  configuration: z.object({
    type: z.string(),
    path: z.string().min(1),
    repository: z.object({
      id: z.string().nullish(),
      name: z.string().nullish(),
      type: z.string().nullish(),
    }),
  }),
});

export const createPipeline: Action<AzureDevops> = {
  method: 'POST',
  path: '/:org/:project/_apis/pipelines',
  source: 'vsts-rest-api-specs, specification/pipelines/7.1, Pipelines_Create',
  async handle(call) {
    const { state } = call;
    const caller = await enter(call);
    requireBuildRight(call, caller, 'CreateBuildDefinition');
    requireBuildRight(call, caller, 'EditBuildDefinition');
    const { name, folder, configuration } = parsed(CreateParameters, await call.json());
    if (configuration.type.toLowerCase() !== 'yaml') {
      throw pipelineInvalid(
        `The sandbox has no pipelines of type '${configuration.type}': it has yaml.`,
      );
    }
    const { id, name: repository, type } = configuration.repository;
    if (type && type.toLowerCase() !== 'azurereposgit') {
      throw pipelineInvalid(
        `The sandbox has no repositories of type '${type}': it has azureReposGit.`,
      );
    }
    const process = { type: 2, yamlFilename: configuration.path };
    const body = { name, path: folder, process, repository: { id, name: repository } };
    const definition = addDefinition(state, readDefinition(state, body, null));
    return respond(call, caller, fullPipelineJson(state, definition));
  },
};
