import { exchangePack } from '../../git/smart-http.ts';
import type { Action } from '../../kit/action.ts';
import type { AzureDevops } from '../state.ts';
import { enterGit } from './enter-git.ts';

/** A fetch or a clone. */
export const uploadPack: Action<AzureDevops> = {
  method: 'POST',
  path: '/:org/:project/_git/:repo/git-upload-pack',
  source: "git's Documentation/gitprotocol-http.txt",
  async handle(call) {
    const entry = await enterGit(call, 'GenericRead');
    if (entry.kind === 'refused') return entry.response;
    const { repository } = entry.hosted;
    return exchangePack(call.state.processes, repository, 'git-upload-pack', call.request);
  },
};
