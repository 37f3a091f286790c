import { exchangePack } from '../../git/smart-http.ts';
import type { Action } from '../../kit/action.ts';
import type { AzureDevops } from '../state.ts';
import { afterPush } from './after-push.ts';
import { enterGit } from './enter-git.ts';

/** A push; what it starts has been started when it is answered. */
export const receivePack: Action<AzureDevops> = {
  method: 'POST',
  path: '/:org/:project/_git/:repo/git-receive-pack',
  source: "git's Documentation/gitprotocol-http.txt",
  async handle(call) {
    const entry = await enterGit(call, 'GenericContribute');
    if (entry.kind === 'refused') return entry.response;
    const { caller: by, hosted } = entry;
    const before = await hosted.repository.refs();
    const { processes } = call.state;
    const response = await exchangePack(
      processes,
      hosted.repository,
      'git-receive-pack',
      call.request,
    );
    const after = await hosted.repository.refs();
    await afterPush(call.state, { hosted, before, after, by });
    return response;
  },
};
