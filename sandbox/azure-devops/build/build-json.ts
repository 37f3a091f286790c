import { agentTime } from '../../pipelines/runs/agent-time.ts';
import { buildService } from '../authenticate.ts';
import { identityRef } from '../identity.ts';
import { linksOf } from '../links.ts';
import type { AzureDevops, Definition, Run } from '../state.ts';

/**
 * A run as the Build API has it, all that the Pipelines API leaves out included.
 * Source: test_build_cancel of Azure/azure-devops-cli-extension, a recording
 */
export function buildJson(state: AzureDevops, run: Run) {
  const { record, definition } = run;
  const links = linksOf(state);
  const self = links.build(record.id);
  const requested = identityRef(run.requestedFor, state.organization);
  return {
    _links: {
      self: { href: self },
      web: { href: links.runWeb(record.id) },
      timeline: { href: `${self}/Timeline` },
    },
    properties: {},
    tags: record.tags,
    validationResults: record.validation,
    plans: [{ planId: record.planId }],
    triggerInfo: triggerInfo(run),
    templateParameters: run.templateParameters,
    ...queueParameters(run),
    id: record.id,
    buildNumber: record.number,
    status: record.status,
    ...(record.result !== null && { result: record.result }),
    queueTime: agentTime(record.queuedAtMs),
    ...(record.startedAtMs !== null && { startTime: agentTime(record.startedAtMs) }),
    ...(record.finishedAtMs !== null && { finishTime: agentTime(record.finishedAtMs) }),
    url: self,
    definition: definitionReference(state, definition, run.revision),
    buildNumberRevision: 1,
    project: projectReference(state),
    uri: `vstfs:///Build/Build/${record.id}`,
    sourceBranch: run.sourceBranch,
    sourceVersion: run.sourceVersion,
    queue: queueReference,
    priority: 'normal',
    reason: run.reason,
    requestedFor: requested,
    requestedBy:
      run.reason === 'manual' ? requested : identityRef(buildService(state), state.organization),
    lastChangedDate: agentTime(record.changedAtMs),
    lastChangedBy: identityRef(buildService(state), state.organization),
    orchestrationPlan: { planId: record.planId },
    logs: { id: 0, type: 'Container', url: `${self}/logs` },
    repository: repositoryReference(state, definition),
    retainedByRelease: false,
    triggeredByBuild: null,
  };
}

/** The pool that everything runs in. */
export const queueReference = {
  id: 18,
  name: 'Azure Pipelines',
  pool: { id: 9, name: 'Azure Pipelines', isHosted: true },
};

/** A project as others refer to it. */
export function projectReference(state: AzureDevops) {
  return {
    id: state.project.id,
    name: state.project.name,
    url: linksOf(state).projectApi,
    state: 'wellFormed',
    revision: 11,
    visibility: 'private',
    lastUpdateTime: agentTime(state.openedAtMs),
  };
}

/** A definition as others refer to it. */
export function definitionReference(
  state: AzureDevops,
  { id, name, folder, queueStatus, revision: newest }: Definition,
  revision = newest,
) {
  return {
    drafts: [],
    id,
    name,
    url: linksOf(state).definition(id, revision),
    uri: `vstfs:///Build/Definition/${id}`,
    path: folder,
    type: 'build',
    queueStatus,
    revision,
    project: projectReference(state),
  };
}

/** A repository as builds and definitions refer to it. */
export function repositoryReference(state: AzureDevops, { hosted }: Definition) {
  return {
    id: hosted.id,
    type: 'TfsGit',
    name: hosted.repository.name,
    url: linksOf(state).remote(hosted.repository.name),
    clean: null,
    checkoutSubmodules: false,
  };
}

function triggerInfo({ reason, sourceBranch, sourceVersion, definition }: Run) {
  if (reason === 'manual') return {};
  return {
    'ci.sourceBranch': sourceBranch,
    'ci.sourceSha': sourceVersion,
    'ci.triggerRepository': definition.hosted.id,
  };
}

/** The variables that were given, as a text with JSON in it; secrets have no value. */
function queueParameters({ variables }: Run) {
  if (variables.length === 0) return {};
  const shown = variables.map(({ name, value, secret }) => [name, secret ? null : value]);
  return { parameters: JSON.stringify(Object.fromEntries(shown)) };
}
