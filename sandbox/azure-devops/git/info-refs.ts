import { advertiseRefs, gitService } from '../../git/smart-http.ts';
import type { Action } from '../../kit/action.ts';
import type { AzureDevops } from '../state.ts';
import { enterGit } from './enter-git.ts';

export const infoRefs: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_git/:repo/info/refs',
  source: "git's Documentation/gitprotocol-http.txt",
  async handle(call) {
    const service = gitService(call.url.searchParams.get('service'));
    const isPush = service === 'git-receive-pack';
    const entry = await enterGit(call, isPush ? 'GenericContribute' : 'GenericRead');
    if (entry.kind === 'refused') return entry.response;
    if (!service) return new Response('The dumb protocol is not served.\n', { status: 403 });
    return advertiseRefs(call.state.processes, entry.hosted.repository, service, call.request);
  },
};
