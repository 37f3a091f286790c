import type { Workspace } from '../workspace.ts';
import { type Reply, send } from './send.ts';
import type { HttpUrlSpec } from './webhook.ts';

/**
 * Sends a webhook request as the sandbox's faults have it, and lets the journal know of it.
 * @throws {Error} nobody answered
 */
export function deliver({ tools }: Workspace, spec: HttpUrlSpec, body: string): Promise<Reply> {
  const once = () => send(spec, body);
  const request = { sender: 'databricks-webhooks', url: spec.url, body } as const;
  return tools.outgoing ? tools.outgoing.send(request, once) : once();
}
