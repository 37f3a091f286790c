import { parseDocument } from 'yaml';
import { z } from 'zod';

import { Duration } from '../../lib/duration.ts';
import { ConfigError } from '../../lib/errors.ts';

/** Any cluster, in the words of the Clusters API, which checks it. */
export const Cluster = z.record(z.string(), z.unknown());
export type Cluster = z.infer<typeof Cluster>;

const Task = z
  .strictObject({
    key: z.string().regex(/^[\w-]{1,100}$/, 'may hold letters, digits, _ and -'),
    notebook: z.string().min(1),
    parameters: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
      .default({}),
    depends_on: z.array(z.string()).default([]),
    max_retries: z.int().min(0).max(100).optional(),
    timeout: Duration.optional(),
    new_cluster: Cluster.optional(),
    existing_cluster: z.string().min(1).optional(),
  })
  .refine((task) => !(task.new_cluster && task.existing_cluster !== undefined), {
    message: 'has a new_cluster and an existing_cluster: one of them is enough',
  });

/** Several notebooks as one run: `--file tasks.yaml`. */
const TasksFile = z.strictObject({
  name: z.string().min(1).max(1000).optional(),
  tasks: z.array(Task).min(1).max(100),
});
export type TasksFile = z.infer<typeof TasksFile>;

/**
 * Reads the tasks of a run.
 *
 * @throws {ConfigError} naming the file and what is wrong in it
 */
export function parseTasks(file: string, text: string): TasksFile {
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken) throw new ConfigError('CONFIG_INVALID', `${file}: ${broken.message}`);
  const content: unknown = document.toJS();
  const parsed = TasksFile.safeParse(content);
  if (!parsed.success) {
    throw new ConfigError('CONFIG_INVALID', `${file}: ${z.prettifyError(parsed.error)}`);
  }
  const problem = problemIn(parsed.data);
  if (problem !== null) throw new ConfigError('CONFIG_INVALID', `${file}: ${problem}`);
  return parsed.data;
}

function problemIn({ tasks }: TasksFile): string | null {
  const keys = new Set<string>();
  for (const { key } of tasks) {
    if (keys.has(key)) return `there are two tasks ${key}`;
    keys.add(key);
  }
  for (const { key, depends_on } of tasks) {
    const unknown = depends_on.find((other) => !keys.has(other));
    if (unknown !== undefined) return `task ${key} depends on ${unknown}, which is no task`;
  }
  return circleIn(tasks);
}

/** Takes away what waits for nothing, until all is gone, or only waits for each other. */
function circleIn(tasks: TasksFile['tasks']): string | null {
  let left = tasks;
  for (;;) {
    const waiting = new Set(left.map(({ key }) => key));
    const rest = left.filter(({ depends_on }) => depends_on.some((other) => waiting.has(other)));
    if (rest.length === 0) return null;
    if (rest.length === left.length) return `tasks wait for each other: ${[...waiting].join(', ')}`;
    left = rest;
  }
}
