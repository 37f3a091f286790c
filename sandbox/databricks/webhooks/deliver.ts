import type { Workspace } from '../workspace.ts';
import { type Reply, send } from './send.ts';
import { runNowUrl, startJobOf } from './start-job-of.ts';
import type { Target } from './webhook.ts';

/**
 * Sends what a webhook has to tell as the sandbox's faults have it, and lets the journal know of it.
 * @throws {Error} nobody answered
 */
export function deliver(workspace: Workspace, target: Target, body: string): Promise<Reply> {
  const { outgoing } = workspace.tools;
  const once = () =>
    target.kind === 'http' ? send(target.spec, body) : startJobOf(workspace, target.spec, body);
  const url = target.kind === 'http' ? target.spec.url : runNowUrl(workspace);
  return outgoing ? outgoing.send({ sender: 'databricks-webhooks', url, body }, once) : once();
}
