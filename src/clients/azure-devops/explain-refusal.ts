import { z } from 'zod';

import type { Explanation, Refusal } from '../../lib/refusal.ts';

/**
 * An error of the REST API. Some have no `typeKey`, and some are no JSON at all.
 * Source: `WrappedException` in microsoft/azure-devops-python-api `azure/devops/_models.py`
 */
const Refused = z.object({
  typeKey: z.string().default(''),
  message: z.string().default(''),
});

/**
 * Says what Azure DevOps means by a refusal, beyond its status: an unknown pipeline is answered
 * with 500, a stopped organisation with 503, and neither will pass.
 */
export function explainRefusal({ status, body }: Refusal): Explanation | undefined {
  const { typeKey, message } = Refused.safeParse(body).data ?? { typeKey: '', message: '' };
  switch (typeKey) {
    case 'PipelineNotFoundException':
      return {
        code: 'NOT_FOUND',
        hint: 'There is no pipeline of this id, or none that we may see.',
      };
    case 'PipelineValidationException':
      return {
        code: 'REFUSED',
        hint: 'Compare what the rule sends with what the pipeline declares.',
      };
    case 'UnauthorizedRequestException':
      return { code: 'LOGIN_REFUSED', hint: NO_LOGIN };
    case 'AccessCheckException':
    case 'AccessDeniedException':
      return { code: 'NOT_PERMITTED', hint: hints[403] };
    default:
      // The code of a stopped organisation, and no typeKey. Source: recorded answers of the service
      if (message.startsWith('TF24668')) return { code: 'REFUSED', hint: STOPPED };
      return { hint: hints[status] ?? (status < 400 ? NO_LOGIN : undefined) };
  }
}

const NO_LOGIN =
  'Azure DevOps does not take our login: is the service principal a member of the organisation?';

const STOPPED = 'The organisation has been stopped: ask its administrator to start it again.';

const hints: Readonly<Record<number, string>> = {
  401: NO_LOGIN,
  403: 'Grant the identity this permission in the project.',
  404: 'Check organisation, project and id: what is not there and what we may not see look alike.',
};
