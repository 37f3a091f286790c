import { z } from 'zod';

const cell = z.int();

/** What the runner tells while a notebook runs: one JSON object a line. */
export const NotebookEvent = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('started'),
    notebook: z.string(),
    cells: z.int(),
    python: z.string(),
    /** `bubblewrap`, or `patched paths`. */
    isolation: z.string(),
  }),
  z.object({
    event: z.literal('cell_started'),
    cell,
    title: z.string().nullable(),
    source: z.string(),
  }),
  z.object({
    event: z.literal('output'),
    cell,
    stream: z.enum(['stdout', 'stderr']),
    text: z.string(),
  }),
  z.object({ event: z.literal('display'), cell, text: z.string() }),
  z.object({ event: z.literal('task_value'), key: z.string(), value: z.unknown() }),
  z.object({ event: z.literal('cell_ended'), cell, ok: z.boolean(), duration_ms: z.number() }),
  z.object({
    event: z.literal('ended'),
    result: z.enum(['SUCCESS', 'FAILED', 'CANCELED']),
    exit: z.string().nullish(),
    truncated: z.boolean().optional(),
    error: z.string().optional(),
    error_trace: z.string().optional(),
    cell: cell.optional(),
  }),
]);
export type NotebookEvent = z.infer<typeof NotebookEvent>;
