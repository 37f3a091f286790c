import { randomUUID } from 'node:crypto';

import { linksOf } from '../links.ts';
import type { AzureDevops, Push } from '../state.ts';
import { type HookEvent, linkedMessage } from './event.ts';

/** Code that was pushed. Source: docs/service-hooks/events.md of azure-devops-docs, "Code pushed" */
export function pushEvent(
  state: AzureDevops,
  { hosted, by, updates, id, atMs }: Push,
  resource: Readonly<Record<string, unknown>>,
): HookEvent {
  const { repository } = hosted;
  const url = `${linksOf(state).repository(hosted.id)}/pushes/${id}`;
  const name = updates[0]?.name.split('/').slice(2).join('/') ?? '';
  const remote = linksOf(state).remote(repository.name);
  const message = linkedMessage(
    `${by.displayName} pushed updates to `,
    repository.name,
    remote,
    `:${name}`,
  );
  return {
    id: randomUUID(),
    eventType: 'git.push',
    atMs,
    message,
    detailedMessage: message,
    resourceIn: () => resource,
    minimal: { pushId: id, url },
    traits: {
      repository: [hosted.id, repository.name],
      branch: updates.flatMap((update) => [update.name, update.name.replace(/^refs\/heads\//, '')]),
      pushedBy: [by.id, by.displayName],
    },
  };
}
