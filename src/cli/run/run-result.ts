import { z } from 'zod';

const Instant = z.iso.datetime().nullable();
const RunVerdict = z.enum(['succeeded', 'failed', 'canceled', 'timed_out', 'skipped']);

/** How one task, or one job of a pipeline, ended: its last attempt. */
const TaskResult = z.strictObject({
  name: z.string(),
  attempt: z.int().positive().describe('Counts from 1.'),
  verdict: RunVerdict.nullable().describe('null: it had not ended when we stopped looking.'),
  reason: z.string(),
  url: z.string().nullable(),
  started: Instant,
  ended: Instant,
  error: z.string().nullable().describe('The line of the exception.'),
  trace: z.string().nullable(),
  output: z
    .string()
    .nullable()
    .describe('What the notebook gave to dbutils.notebook.exit(), or a Python file printed.'),
});
export type TaskResult = z.infer<typeof TaskResult>;

/** A run that belongs to the one that was started, as `--require` found it. */
const EvidenceResult = z.strictObject({
  system: z.string(),
  id: z.string(),
  name: z.string(),
  url: z.string(),
  verdict: RunVerdict.nullable().describe('null: it had not ended when we stopped looking.'),
  reason: z.string(),
  actor: z.string().nullable(),
  commit: z.string().nullable(),
  started: Instant,
  ended: Instant,
  found_by: z
    .enum(['key', 'output'])
    .describe('By the key of the start in its parameters, or by its id in what was printed.'),
  tasks: z.array(
    z.strictObject({
      name: z.string(),
      verdict: RunVerdict.nullable(),
      reason: z.string(),
      error: z.string().nullable(),
    }),
  ),
});
export type EvidenceResult = z.infer<typeof EvidenceResult>;

/** What `signalbox run` says of a run with `-o json`. */
export const RunResult = z.strictObject({
  version: z.literal(1),
  verdict: z
    .enum([
      'succeeded',
      'failed',
      'canceled',
      'timed_out',
      'skipped',
      'unproven',
      'lost',
      'refused',
    ])
    .nullable()
    .describe('null: it was started and, as asked, not followed.'),
  exit_code: z.int(),
  reason: z.string().describe('One sentence: why this verdict and no other.'),
  hint: z.string().nullable().describe('What a person can do about it.'),
  kind: z.enum(['job', 'notebook', 'pipeline']),
  system: z.enum(['databricks', 'azure-pipelines']),
  what: z.string().describe('What was to be started: "job 42".'),
  key: z.string().describe('Of the attempt: the same key never starts a second run.'),
  run: z
    .strictObject({
      id: z.string(),
      name: z.string().nullable(),
      url: z.string().nullable(),
      actor: z.string().nullable(),
      commit: z.string().nullable(),
      started: Instant,
      ended: Instant,
      is_earlier: z.boolean().describe('It had this key before we asked, and was not started now.'),
    })
    .nullable()
    .describe('null: none was started, or none that we know of.'),
  tasks: z.array(TaskResult),
  evidence: z
    .array(EvidenceResult)
    .describe('The Databricks runs that belong to it, where --require asks for them.'),
});
export type RunResult = z.infer<typeof RunResult>;
