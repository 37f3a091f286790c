import { invalidParameter } from '../api-error.ts';
import type { Plan, Task } from './plan.ts';

/**
 * The plan with these tasks alone: `key`, `+key` with all before it, `key+` with all after it. What
 * is left out is no task of the run, and nothing waits for it: UNVERIFIED.
 *
 * Source: databricks-sdk-py service/jobs.py, `only`; the text is ours.
 * @throws {ApiError} 400, there is no such task
 */
export function onlyTasks(plan: Plan, only: readonly string[]): Plan {
  const chosen = new Set(only.flatMap((wish) => tasksOf(plan.tasks, wish)));
  const tasks = plan.tasks
    .filter((task) => chosen.has(task.task_key))
    .map((task) => ({
      ...task,
      depends_on: task.depends_on.filter((one) => chosen.has(one.task_key)),
    }));
  if (tasks.length === 0) throw invalidParameter('only names no task');
  return { ...plan, tasks };
}

function tasksOf(tasks: readonly Task[], wish: string): string[] {
  const key = wish.replace(/^\+|\+$/gu, '');
  if (!tasks.some((task) => task.task_key === key)) {
    throw invalidParameter(`only names the task ${key}, which does not exist`);
  }
  return [
    key,
    ...(wish.startsWith('+') ? upstreamOf(tasks, key) : []),
    ...(wish.endsWith('+') ? downstreamOf(tasks, [key]) : []),
  ];
}

function upstreamOf(tasks: readonly Task[], key: string): string[] {
  const found = new Set([key]);
  // A set may grow while it is walked through.
  for (const one of found) {
    const task = tasks.find((candidate) => candidate.task_key === one);
    for (const before of task?.depends_on ?? []) found.add(before.task_key);
  }
  return [...found];
}

/** The keys of all tasks that come after these. */
export function downstreamOf(tasks: readonly Task[], keys: readonly string[]): string[] {
  const found = new Set(keys);
  for (const one of found) {
    for (const task of tasks) {
      if (task.depends_on.some((before) => before.task_key === one)) found.add(task.task_key);
    }
  }
  return [...found].filter((key) => !keys.includes(key));
}
