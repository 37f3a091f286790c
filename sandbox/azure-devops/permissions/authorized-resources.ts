import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { parsed } from '../pipelines/run-parameters.ts';
import { listed, respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { authorizationOf, tellWaiting } from './authorizations.ts';

const path = '/:org/:project/_apis/build/authorizedresources';

/** Source: DefinitionResourceReference in specification/build/7.1 of vsts-rest-api-specs */
const References = z.array(
  z.object({
    type: z.string(),
    id: z.coerce.string(),
    name: z.string().nullish(),
    authorized: z.boolean(),
  }),
);

/** What all pipelines may use. */
export const listAuthorizedResources: Action<AzureDevops> = {
  method: 'GET',
  path,
  source: 'vsts-rest-api-specs, specification/build/7.1, Authorizedresources_List',
  async handle(call) {
    const caller = await enter(call);
    const { state } = call;
    for (const { id } of state.groups) authorizationOf(state, 'variablegroup', String(id));
    const [type, id] = ['type', 'id'].map((name) => call.url.searchParams.get(name));
    const found = [...state.authorizations.values()]
      .filter((one) => one.all)
      .filter((one) => !type || one.type === type.toLowerCase())
      .filter((one) => !id || one.id === id);
    const shown = found.map((one) => ({
      type: one.type,
      id: one.id,
      name: nameOf(state, one.type, one.id),
      authorized: true,
    }));
    return respond(call, caller, listed(shown));
  },
};

/** Lets all pipelines use things, or no longer. */
export const authorizeResources: Action<AzureDevops> = {
  method: 'PATCH',
  path,
  source: 'test_variable_group of Azure/azure-devops-cli-extension, a recording',
  async handle(call) {
    const caller = await enter(call);
    const references = parsed(References, await call.json());
    for (const { type, id, authorized } of references) {
      const authorization = authorizationOf(call.state, type.toLowerCase(), id);
      authorization.all = authorized;
      tellWaiting(authorization);
    }
    return respond(call, caller, listed(references));
  },
};

function nameOf({ groups }: AzureDevops, type: string, id: string): string | undefined {
  if (type !== 'variablegroup') return undefined;
  return groups.find((group) => String(group.id) === id)?.name;
}
