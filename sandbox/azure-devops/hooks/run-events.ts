import { randomUUID } from 'node:crypto';

import { agentTime } from '../../pipelines/runs/agent-time.ts';
import type { RunChange } from '../../pipelines/runs/run-plan.ts';
import type { TimelineRecord } from '../../pipelines/runs/run-record.ts';
import { linksOf } from '../links.ts';
import { pipelineReference } from '../pipelines/pipeline-json.ts';
import { runJson } from '../pipelines/run-json.ts';
import type { AzureDevops, Run } from '../state.ts';
import { type HookEvent, linkedMessage } from './event.ts';

/** What subscribers of Azure Pipelines are told of a change. */
export function runEvent(state: AzureDevops, run: Run, change: RunChange): HookEvent {
  switch (change.kind) {
    case 'run':
      return runStateEvent(state, run, change.state);
    case 'stage':
      return stageStateEvent(state, run, change.record, change.state);
    case 'job':
      return jobStateEvent(state, run, change.record, change.state);
  }
}

function runStateEvent(
  state: AzureDevops,
  run: Run,
  now: 'inProgress' | 'canceling' | 'completed',
): HookEvent {
  const { record } = run;
  const { result, ...told } = runJson(state, run, now);
  const message = linkedMessage(
    'Run ',
    record.number,
    linksOf(state).runWeb(record.id),
    ` ${verb(result ?? now)}.`,
  );
  return {
    ...common(state, 'run', message),
    resourceIn: () => ({
      run: { ...told, ...(result && { result }) },
      pipeline: pipelineReference(state, run.definition),
    }),
    minimal: {
      run: { id: record.id, url: told.url },
      pipeline: { id: run.definition.id, url: told.pipeline.url },
    },
    traits: {
      pipelineId: String(run.definition.id),
      runStateId: now,
      runResultId: result ?? '',
    },
  };
}

function stageStateEvent(
  state: AzureDevops,
  run: Run,
  record: TimelineRecord,
  now: 'waiting' | 'running' | 'completed',
): HookEvent {
  const stage = stageJson(record, now);
  const before = `Run ${run.record.number} stage `;
  const url = linksOf(state).runWeb(run.record.id);
  return {
    ...common(
      state,
      'stage',
      linkedMessage(before, record.name, url, ` ${verb(stage.result ?? now)}.`),
    ),
    resourceIn: () => ({ stage: { ...webLinks(state, run), ...stage }, ...around(state, run) }),
    minimal: { stage: { id: record.id }, ...minimalRun(state, run) },
    traits: {
      pipelineId: String(run.definition.id),
      stageNameId: [record.identifier ?? '', record.name],
      stageStateId: now,
      stageResultId: stage.result ?? '',
    },
  };
}

function jobStateEvent(
  state: AzureDevops,
  run: Run,
  record: TimelineRecord,
  now: 'waiting' | 'running' | 'completed',
): HookEvent {
  const [stageName = '', jobName = ''] = (record.identifier ?? '').split('.');
  const stage = run.record.records.find(
    ({ type, identifier }) => type === 'Stage' && identifier === stageName,
  );
  const result = now === 'completed' ? resultOf(record) : null;
  const before = `Run ${run.record.number} stage ${stageName} job `;
  const url = linksOf(state).runWeb(run.record.id);
  return {
    ...common(state, 'job', linkedMessage(before, record.name, url, ` ${verb(result ?? now)}.`)),
    resourceIn: () => ({
      job: {
        ...webLinks(state, run),
        id: record.id,
        name: jobName,
        state: now,
        ...(result && { result }),
        ...times(record),
      },
      ...(stage && { stage: stageJson(stage, 'running') }),
      ...around(state, run),
      repositories: [
        {
          type: 'Git',
          change: null,
          url: linksOf(state).remote(run.definition.hosted.repository.name),
        },
      ],
    }),
    minimal: { job: { id: record.id }, ...minimalRun(state, run) },
    traits: {
      pipelineId: String(run.definition.id),
      stageNameId: stageName,
      jobNameId: [jobName, record.name],
      jobStateId: now,
      jobResultId: result ?? '',
    },
  };
}

function common(
  { tools }: AzureDevops,
  what: 'run' | 'stage' | 'job',
  message: HookEvent['message'],
) {
  return {
    id: randomUUID(),
    eventType: `ms.vss-pipelines.${what}-state-changed-event`,
    atMs: tools.clock.now(),
    message,
    detailedMessage: message,
  };
}

function stageJson(record: TimelineRecord, now: 'waiting' | 'running' | 'completed') {
  const result = now === 'completed' ? resultOf(record) : null;
  return {
    id: record.id,
    name: record.identifier ?? '',
    displayName: record.name === record.identifier ? null : record.name,
    state: now,
    ...(result && { result }),
    ...times(record),
  };
}

function times({ startedAtMs, finishedAtMs }: TimelineRecord) {
  return {
    startTime: startedAtMs === null ? null : agentTime(startedAtMs),
    finishTime: finishedAtMs === null ? null : agentTime(finishedAtMs),
  };
}

/** The results that a subscription can choose by. */
function resultOf({ result }: TimelineRecord): string {
  switch (result) {
    case 'Canceled':
      return 'canceled';
    case 'Skipped':
      return 'skipped';
    case 'Failed':
    case 'Abandoned':
      return 'failed';
    case 'Succeeded':
    case 'SucceededWithIssues':
    case null:
      return 'succeeded';
  }
}

function verb(word: string): string {
  const verbs: Readonly<Record<string, string>> = {
    inProgress: 'in progress',
    waiting: 'waiting',
    running: 'started running',
  };
  return verbs[word] ?? word;
}

function webLinks(state: AzureDevops, run: Run) {
  const links = linksOf(state);
  return {
    _links: {
      web: { href: links.runWeb(run.record.id) },
      'pipeline.web': { href: links.pipelineWeb(run.definition.id) },
    },
  };
}

function around(state: AzureDevops, run: Run) {
  return { run: runJson(state, run), pipeline: pipelineReference(state, run.definition) };
}

function minimalRun(state: AzureDevops, { record, definition }: Run) {
  const url = linksOf(state).run(definition.id, record.id);
  return {
    run: { id: record.id, url },
    pipeline: { id: definition.id, url: pipelineReference(state, definition).url },
  };
}
