import { authenticate } from '../authenticate.ts';
import { checkProject } from '../enter.ts';
import type { Identity } from '../identity.ts';
import { requireGitRight } from '../permissions/rights.ts';
import type { AzureDevopsCall, HostedRepository } from '../state.ts';
import { SignInNeeded, VssError } from '../vss-error.ts';
import { findRepository } from './repository-json.ts';

/** A git client that was let in, or the answer that sends it back. */
export type GitEntry =
  | { readonly kind: 'in'; readonly caller: Identity; readonly hosted: HostedRepository }
  | { readonly kind: 'refused'; readonly response: Response };

/** Lets a git client in: it is asked for a credential where others are shown a page. */
export async function enterGit(
  call: AzureDevopsCall,
  right: 'GenericRead' | 'GenericContribute',
): Promise<GitEntry> {
  try {
    const caller = await authenticate(call.state, call.request);
    call.identify(caller.principal);
    checkProject(call, caller);
    const hosted = findRepository(call.state, call.params['repo']);
    requireGitRight(call, caller, 'GenericRead');
    if (right !== 'GenericRead') requireGitRight(call, caller, right);
    return { kind: 'in', caller, hosted };
  } catch (error) {
    if (error instanceof SignInNeeded) return { kind: 'refused', response: challenge() };
    if (error instanceof VssError) return { kind: 'refused', response: refusal(error) };
    throw error;
  }
}

function challenge(): Response {
  return new Response('Sign in to reach this repository.\n', {
    status: 401,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'www-authenticate': 'Basic realm="https://dev.azure.com/"',
    },
  });
}

function refusal({ status, message }: VssError): Response {
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  return new Response(`${message}\n`, { status, headers });
}
