import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { Int, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { type Application, applicationJson } from './application.ts';
import { answerScim, scimError } from './scim-error.ts';

const ListServicePrincipals = z.looseObject({
  filter: z.string().default(''),
  startIndex: Int.default(1),
  count: Int.default(100),
});

export const listServicePrincipals: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/preview/scim/v2/ServicePrincipals',
  source: 'databricks-sdk-py service/iam.py, ServicePrincipalsAPI.list; RFC 7644 section 3.4.2',
  handle: signedIn(async (call) => {
    const { filter, startIndex, count } = await inputOf(call, ListServicePrincipals);
    const matches = filterOf(filter);
    const all = [...call.state.applications.values()].filter(matches);
    const from = Math.max(startIndex, 1) - 1;
    const found = all.slice(from, from + Math.max(count, 0)).map(applicationJson);
    return answerScim({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: all.length,
      startIndex: from + 1,
      itemsPerPage: found.length,
      ...(found.length > 0 && { Resources: found }),
    });
  }),
};

const FILTER = /^(?<field>applicationId|displayName)\s+eq\s+"?(?<value>[^"]*)"?$/iu;

/** @throws {ScimError} 400, naming what it cannot read: never a filter that lets everything through */
function filterOf(filter: string): (application: Application) => boolean {
  if (filter.trim() === '') return () => true;
  const { field = '', value = '' } = FILTER.exec(filter.trim())?.groups ?? {};
  switch (field.toLowerCase()) {
    case 'applicationid':
      return (one) => one.applicationId === value;
    case 'displayname':
      return (one) => one.displayName === value;
    default:
      throw scimError(400, `The sandbox cannot read the filter ${filter}`);
  }
}
