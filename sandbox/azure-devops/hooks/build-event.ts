import { randomUUID } from 'node:crypto';

import { agentTime } from '../../pipelines/runs/agent-time.ts';
import { buildJson } from '../build/build-json.ts';
import { identityRef } from '../identity.ts';
import { linksOf } from '../links.ts';
import type { AzureDevops, Run } from '../state.ts';
import { type HookEvent, linkedMessage } from './event.ts';

const statuses = {
  succeeded: 'Succeeded',
  partiallySucceeded: 'PartiallySucceeded',
  failed: 'Failed',
  canceled: 'Stopped',
} as const;

/** A build that has completed. */
export function buildEvent(state: AzureDevops, run: Run): HookEvent {
  const { record, definition } = run;
  const links = linksOf(state);
  const status = statuses[record.result ?? 'failed'];
  const message = linkedMessage(
    'Build ',
    record.number,
    links.runWeb(record.id),
    ` ${status.toLowerCase()}`,
  );
  return {
    id: randomUUID(),
    eventType: 'build.complete',
    atMs: state.tools.clock.now(),
    message,
    detailedMessage: message,
    resourceIn: (version) =>
      version.startsWith('1.') ? oldBuild(state, run) : buildJson(state, run),
    minimal: { id: record.id, url: links.build(record.id) },
    traits: { definitionName: definition.name, buildStatus: status },
  };
}

/**
 * A build as it was told of at first: `status` says how it ended, and there is no `result`.
 * Source: docs/service-hooks/events.md of MicrosoftDocs/azure-devops-docs, "Build completed"
 */
function oldBuild(state: AzureDevops, run: Run): Readonly<Record<string, unknown>> {
  const { record, definition } = run;
  const links = linksOf(state);
  const status = statuses[record.result ?? 'failed'];
  return {
    uri: `vstfs:///Build/Build/${record.id}`,
    id: record.id,
    buildNumber: record.number,
    url: links.build(record.id),
    startTime: agentTime(record.startedAtMs ?? record.queuedAtMs),
    finishTime: agentTime(record.finishedAtMs ?? record.changedAtMs),
    reason: run.reason,
    status: status.slice(0, 1).toLowerCase() + status.slice(1),
    sourceGetVersion: `LG:${run.sourceBranch}:${run.sourceVersion}`,
    retainIndefinitely: false,
    definition: {
      id: definition.id,
      name: definition.name,
      url: links.definition(definition.id, definition.revision),
    },
    requests: [{ id: record.id, requestedFor: identityRef(run.requestedFor, state.organization) }],
  };
}
