import type { Action, Call } from '../../kit/action.ts';
import { agentTime } from '../../pipelines/runs/agent-time.ts';
import type { TimelineRecord } from '../../pipelines/runs/run-record.ts';
import { buildService } from '../authenticate.ts';
import { enter } from '../enter.ts';
import { linksOf } from '../links.ts';
import { respond } from '../respond.ts';
import { findVisibleBuild } from '../runs/find-run.ts';
import type { AzureDevops, Run } from '../state.ts';

const path = '/:org/:project/_apis/build/builds/:build/timeline';

export const getTimeline: Action<AzureDevops> = {
  method: 'GET',
  path,
  source: 'vsts-rest-api-specs, specification/build/7.1, Timeline_Get',
  handle: timeline,
};

/** There is but one timeline: its id, in the address of the answer, makes no difference. */
export const getTimelineById: Action<AzureDevops> = {
  ...getTimeline,
  path: `${path}/:timeline`,
};

async function timeline(call: Call<AzureDevops>): Promise<Response> {
  const caller = await enter(call);
  const run = findVisibleBuild(call, caller);
  const { record } = run;
  return respond(call, caller, {
    records: record.records.map((one) => recordJson(call.state, run, one)),
    lastChangedBy: buildService(call.state).id,
    lastChangedOn: agentTime(record.changedAtMs),
    id: record.planId,
    changeId: record.changeId,
    url: `${linksOf(call.state).build(record.id)}/Timeline/${record.planId}`,
  });
}

function recordJson(state: AzureDevops, { record: run }: Run, record: TimelineRecord) {
  const { result, logId } = record;
  return {
    previousAttempts: run.retired
      .filter(({ id }) => id === record.id)
      .map(({ attempt, id }) => ({ attempt, timelineId: run.planId, recordId: id })),
    id: record.id,
    parentId: record.parentId,
    type: record.type,
    name: record.name,
    startTime: time(record.startedAtMs),
    finishTime: time(record.finishedAtMs),
    currentOperation: record.currentOperation,
    percentComplete: record.percentComplete,
    state: record.state,
    result: result === null ? null : result.slice(0, 1).toLowerCase() + result.slice(1),
    resultCode: null,
    changeId: run.changeId,
    lastModified: agentTime(record.finishedAtMs ?? record.startedAtMs ?? run.queuedAtMs),
    workerName: record.workerName,
    order: record.order,
    details: null,
    errorCount: record.errorCount,
    warningCount: record.warningCount,
    url: null,
    log:
      logId === null
        ? null
        : { id: logId, type: 'Container', url: linksOf(state).log(run.id, logId) },
    task: record.task,
    attempt: record.attempt,
    identifier: record.identifier,
    issues: record.issues.map((issue) => ({ category: 'General', ...issue })),
  };
}

function time(ms: number | null): string | null {
  return ms === null ? null : agentTime(ms);
}
