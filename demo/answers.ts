import { z } from 'zod';

/** The parts of other people's answers that the demonstration reads. */
const Run = z.object({
  system: z.string(),
  status: z.string(),
  url: z.string(),
  parts: z.array(z.object({ name: z.string(), error: z.string().nullable() })),
});

export const Delivery = z.object({
  id: z.string(),
  event: z.string(),
  rule: z.string(),
  phase: z.string(),
  verdict: z.string().nullable(),
  reason: z.string(),
  run: Run.nullable(),
  evidence: z.array(Run),
  timeline: z.array(z.object({ phase: z.string(), reason: z.string() })),
  reports: z.array(z.object({ form: z.string(), state: z.string() })),
});
export type Delivery = z.infer<typeof Delivery>;

export const Event = z.object({
  id: z.string(),
  model: z.string(),
  version: z.string(),
  recovered: z.boolean(),
  fields: z.record(z.string(), z.string()),
  deliveries: z.array(Delivery),
});
export type Event = z.infer<typeof Event>;

export const Events = z.object({ events: z.array(Event) });

export const Status = z.object({
  sources: z.array(
    z.object({
      name: z.string(),
      complete_until: z.string().nullable(),
      refusals: z.array(z.object({ reason: z.string(), count: z.number() })),
    }),
  ),
});
export type Status = z.infer<typeof Status>;

export const Builds = z.object({
  value: z.array(
    z.object({
      id: z.number(),
      status: z.string(),
      result: z.string().optional(),
      sourceVersion: z.string(),
      _links: z.object({ web: z.object({ href: z.string() }) }),
    }),
  ),
});

export const DatabricksRun = z.object({
  run_id: z.union([z.number(), z.string()]),
  run_name: z.string(),
  run_page_url: z.string(),
  creator_user_name: z.string(),
  state: z.object({ life_cycle_state: z.string(), result_state: z.string().optional() }),
  tasks: z.array(z.object({ task_key: z.string() })).default([]),
});
export type DatabricksRun = z.infer<typeof DatabricksRun>;

export const DatabricksRuns = z.object({ runs: z.array(DatabricksRun).default([]) });

export const ModelVersion = z.object({
  version: z.string(),
  current_stage: z.string().default('None'),
  tags: z.array(z.object({ key: z.string(), value: z.string() })).default([]),
});
export type ModelVersion = z.infer<typeof ModelVersion>;

/** `model_version` or, where Databricks adds to it, `model_version_databricks`. */
export const ModelVersionAnswer = z.object({ model_version: ModelVersion });

export const Journal = z.object({
  entries: z.array(
    z.object({
      service: z.string(),
      method: z.string(),
      path: z.string(),
      status: z.number().nullable(),
      principal: z.string().nullable(),
    }),
  ),
});
export type JournalEntry = z.infer<typeof Journal>['entries'][number];

/** What the sandbox says when it is ready. */
export const SandboxReady = z.object({
  admin: z.string(),
  proxy: z.string(),
  ca: z.string(),
  env: z.record(z.string(), z.string()),
});
export type SandboxReady = z.infer<typeof SandboxReady>;
