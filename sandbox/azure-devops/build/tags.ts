import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { parsed } from '../pipelines/run-parameters.ts';
import { listed, respond } from '../respond.ts';
import { findVisibleBuild } from '../runs/find-run.ts';
import type { AzureDevops } from '../state.ts';

const all = '/:org/:project/_apis/build/builds/:build/tags';
const one = `${all}/:tag`;

export const getTags: Action<AzureDevops> = {
  method: 'GET',
  path: all,
  source: 'vsts-rest-api-specs, specification/build/7.1, Tags_GetBuildTags',
  async handle(call) {
    const caller = await enter(call);
    return respond(call, caller, listed(findVisibleBuild(call, caller).record.tags));
  },
};

export const addTags: Action<AzureDevops> = {
  method: 'POST',
  path: all,
  source: 'vsts-rest-api-specs, specification/build/7.1, Tags_AddBuildTags',
  async handle(call) {
    const caller = await enter(call);
    const { tags } = findVisibleBuild(call, caller).record;
    for (const tag of parsed(z.array(z.string()), await call.json())) add(tags, tag);
    return respond(call, caller, listed(tags));
  },
};

export const addTag: Action<AzureDevops> = {
  method: 'PUT',
  path: one,
  source: 'vsts-rest-api-specs, specification/build/7.1, Tags_AddBuildTag',
  async handle(call) {
    const caller = await enter(call);
    const { tags } = findVisibleBuild(call, caller).record;
    add(tags, call.params['tag'] ?? '');
    return respond(call, caller, listed(tags));
  },
};

export const deleteTag: Action<AzureDevops> = {
  method: 'DELETE',
  path: one,
  source: 'vsts-rest-api-specs, specification/build/7.1, Tags_DeleteBuildTag',
  async handle(call) {
    const caller = await enter(call);
    const { tags } = findVisibleBuild(call, caller).record;
    const at = tags.indexOf(call.params['tag'] ?? '');
    if (at >= 0) tags.splice(at, 1);
    return respond(call, caller, listed(tags));
  },
};

function add(tags: string[], tag: string): void {
  if (!tags.includes(tag)) tags.push(tag);
}
