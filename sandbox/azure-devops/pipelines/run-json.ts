import { agentTime } from '../../pipelines/runs/agent-time.ts';
import { linksOf } from '../links.ts';
import type { AzureDevops, Run } from '../state.ts';
import { pipelineReference } from './pipeline-json.ts';

/**
 * A run as the Pipelines API has it: without `result` until it has ended, and never
 * `partiallySucceeded`.
 * Source: specification/pipelines/7.1/pipelines.json of MicrosoftDocs/vsts-rest-api-specs
 */
export function runJson(state: AzureDevops, run: Run, now: RunState = stateOf(run)) {
  const { record, definition } = run;
  const links = linksOf(state);
  const self = links.run(definition.id, record.id);
  return {
    _links: {
      self: { href: self },
      web: { href: links.runWeb(record.id) },
      'pipeline.web': { href: links.pipelineWeb(definition.id) },
      pipeline: { href: links.pipeline(definition.id, run.revision) },
    },
    ...(run.variables.length > 0 && { variables: variablesJson(run) }),
    pipeline: pipelineReference(state, definition, run.revision),
    ...endJson(run, now),
    createdDate: agentTime(record.queuedAtMs),
    url: self,
    resources: {
      repositories: { self: ownRepository(run), ...otherRepositories(run) },
    },
    id: record.id,
    name: record.number,
  };
}

function ownRepository({ definition, sourceBranch, sourceVersion }: Run) {
  return {
    repository: { id: definition.hosted.id, type: 'azureReposGit' },
    refName: sourceBranch,
    version: sourceVersion,
  };
}

function otherRepositories({ repositories }: Run) {
  const others = [...repositories].filter(([alias]) => alias !== 'self');
  return Object.fromEntries(
    others.map(([alias, { hosted, ref, commit }]) => [
      alias,
      { repository: { id: hosted.id, type: 'azureReposGit' }, refName: ref, version: commit },
    ]),
  );
}

/** A run as it is asked for alone: lists leave the parameters out. */
export function fullRunJson(state: AzureDevops, run: Run) {
  return { ...runJson(state, run), templateParameters: run.templateParameters };
}

type RunState = 'inProgress' | 'canceling' | 'completed';

function stateOf({ record }: Run): RunState {
  if (record.status === 'completed') return 'completed';
  return record.status === 'cancelling' ? 'canceling' : 'inProgress';
}

interface End {
  readonly state: RunState;
  readonly result?: 'succeeded' | 'failed' | 'canceled';
  readonly finishedDate?: string;
}

function endJson({ record }: Run, state: RunState): End {
  if (state !== 'completed') return { state };
  const result = record.result === 'partiallySucceeded' ? 'succeeded' : record.result;
  return {
    state,
    result: result ?? 'failed',
    finishedDate: agentTime(record.finishedAtMs ?? record.changedAtMs),
  };
}

function variablesJson({ variables }: Run) {
  return Object.fromEntries(
    variables.map(({ name, value, secret }) => [name, secret ? { isSecret: true } : { value }]),
  );
}
