import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { invalidParameter } from '../api-error.ts';
import { checked, Int, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import { changeJob, jobFor } from './job.ts';
import { JobSettings } from './settings.ts';
import { inTasks } from './single-task.ts';

const Update = z.looseObject({
  job_id: Int,
  new_settings: z.looseObject({}).default({}),
  fields_to_remove: z.array(z.string()).default([]),
});

/** Arrays whose entries are known by a key: these are merged, all else is replaced. */
const KEYED = new Map([
  ['tasks', 'task_key'],
  ['job_clusters', 'job_cluster_key'],
  ['environments', 'environment_key'],
  ['parameters', 'name'],
]);

export const updateJob: Action<Workspace> = {
  method: 'POST',
  path: '/api/:version/jobs/update',
  source: 'databricks-sdk-py service/jobs.py, JobsAPI.update; the merging of parameters is ours',
  handle: jobsAction(async (call, principal) => {
    const { job_id: jobId, new_settings: given, fields_to_remove } = await inputOf(call, Update);
    const job = jobFor(call.state, principal, { jobId, needed: 'CAN_MANAGE' });
    const settings: Settings = new Map(Object.entries(job.settings));
    for (const [name, value] of Object.entries(inTasks(given, call.params['version']))) {
      const key = KEYED.get(name);
      settings.set(name, key ? merged(settings.get(name), value, key) : value);
    }
    for (const field of fields_to_remove) remove(settings, field);
    const changed = checked(JobSettings, Object.fromEntries(settings));
    changeJob(call.state, job, changed, principal);
    return Response.json({});
  }),
};

type Settings = Map<string, unknown>;

const Entries = z.array(z.record(z.string(), z.unknown()));

function merged(before: unknown, added: unknown, key: string): unknown {
  const entries = [...entriesOf(before), ...checked(Entries, added)];
  return [...new Map(entries.map((entry) => [entry[key], entry])).values()];
}

function entriesOf(value: unknown) {
  return Entries.safeParse(value).data ?? [];
}

/** `timeout_seconds`, or `tasks/train`: an entry of an array. The text is ours. */
function remove(settings: Settings, field: string): void {
  const [name = '', entry, ...more] = field.split('/');
  const key = KEYED.get(name);
  if (more.length > 0 || (entry !== undefined && !key)) {
    throw invalidParameter(`fields_to_remove: ${field} is no top-level field`);
  }
  if (entry === undefined || !key) {
    settings.delete(name);
    return;
  }
  const rest = entriesOf(settings.get(name)).filter((one) => one[key] !== entry);
  settings.set(name, rest);
}
