import { randomBytes } from 'node:crypto';

import type { Action } from '../kit/action.ts';
import { linksOf } from './links.ts';
import type { AzureDevops, AzureDevopsCall } from './state.ts';
import { VssError } from './vss-error.ts';

/** An hour, as the service was seen to give. */
const lifeMs = 3_600_000;

/** Whether a request asks for addresses that need no credential. */
export function isExpanded({ url }: AzureDevopsCall): boolean {
  return url.searchParams.get('$expand')?.toLowerCase() === 'signedcontent';
}

/**
 * An address under which something can be had without a credential, for a while.
 * Source: SignedUrl in specification/pipelines/7.1 of MicrosoftDocs/vsts-rest-api-specs
 */
export function signedContent(state: AzureDevops, answer: () => Promise<Response> | Response) {
  const signature = randomBytes(24).toString('base64url');
  state.tools.hidden.add(signature);
  const expiresAtMs = state.tools.clock.now() + lifeMs;
  state.signed.set(signature, { expiresAtMs, answer });
  return {
    url: `${linksOf(state).organization}/_apis/resources/signed?sig=${signature}`,
    signatureExpiration: new Date(expiresAtMs).toISOString(),
  };
}

/** What a signed address leads to. */
export const getSignedContent: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/_apis/resources/signed',
  source: 'SignedUrl of specification/pipelines/7.1; the address is our own',
  handle({ state, url, now }) {
    const found = state.signed.get(url.searchParams.get('sig') ?? '');
    if (found && found.expiresAtMs > now()) return found.answer();
    const message = 'The signature of the address is not valid, or no longer.';
    throw new VssError(403, 'AccessDeniedException', message);
  },
};
