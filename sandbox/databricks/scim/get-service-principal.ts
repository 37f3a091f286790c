import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { applicationJson, applicationWith } from './application.ts';
import { answerScim } from './scim-error.ts';

export const getServicePrincipal: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/preview/scim/v2/ServicePrincipals/:id',
  source: 'databricks-sdk-py service/iam.py, ServicePrincipalsAPI.get',
  handle: signedIn(({ state, params }) =>
    answerScim(applicationJson(applicationWith(state, params['id'] ?? ''))),
  ),
};
