import type { Action } from '../../kit/action.ts';
import { endpointNotFound } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';

const VERSIONS = new Set(['2.0', '2.1', '2.2']);

/**
 * An action of the Jobs API, which answers alike in the three versions that clients still call.
 *
 * Source: databricks-sdk-py (2.2), the workshop's pipelines (2.1), the legacy databricks-cli (2.0).
 */
export function jobsAction(handle: Parameters<typeof signedIn>[0]): Action<Workspace>['handle'] {
  const answer = signedIn(handle);
  return (call) => {
    if (!VERSIONS.has(call.params['version'] ?? '')) throw endpointNotFound(call.request);
    return answer(call);
  };
}
