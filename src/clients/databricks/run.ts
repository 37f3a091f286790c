import { z } from 'zod';

import { Int64 } from '../../lib/json.ts';

/** Time in epoch milliseconds; 0 stands for "not yet". */
const Time = z
  .number()
  .transform((ms) => (ms > 0 ? ms : null))
  .nullish()
  .transform((ms) => ms ?? null);

/** Both of the ways in which the API says how a run or a task stands, as open sets. */
const standing = {
  state: z
    .object({
      life_cycle_state: z.string().optional(),
      result_state: z.string().optional(),
      state_message: z.string().optional(),
    })
    .optional(),
  status: z
    .object({
      state: z.string(),
      termination_details: z
        .object({ code: z.string().optional(), message: z.string().optional() })
        .optional(),
    })
    .optional(),
};

const Params = z.record(z.string(), z.unknown());

/** Source: `RunTask` in databricks-sdk-py `databricks/sdk/service/jobs.py` */
const Task = z.object({
  ...standing,
  run_id: Int64,
  task_key: z.string().default(''),
  attempt_number: z.int().default(0),
  run_page_url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .catch(undefined),
  start_time: Time,
  end_time: Time,
  notebook_task: z.object({ base_parameters: Params.optional() }).optional(),
  python_wheel_task: z.object({ named_parameters: Params.optional() }).optional(),
});

/**
 * The part of a run that we read.
 * Source: `Run` in databricks-sdk-py `databricks/sdk/service/jobs.py`
 */
export const DatabricksRun = z.object({
  ...standing,
  run_id: Int64,
  /** Of a task's own run: the run that the task belongs to. */
  job_run_id: Int64.optional(),
  job_id: Int64.optional(),
  run_name: z.string().default(''),
  run_page_url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .catch(undefined),
  creator_user_name: z.string().optional(),
  start_time: Time,
  end_time: Time,
  tasks: z.array(Task).default([]),
  job_parameters: z
    .array(
      z.object({
        name: z.string(),
        value: z.unknown().optional(),
        default: z.unknown().optional(),
      }),
    )
    .optional(),
  overriding_parameters: z
    .object({ notebook_params: Params.optional(), python_named_params: Params.optional() })
    .optional(),
  git_source: z
    .object({ git_snapshot: z.object({ used_commit: z.string().optional() }).optional() })
    .optional(),
  next_page_token: z.string().optional(),
});
export type DatabricksRun = z.infer<typeof DatabricksRun>;
