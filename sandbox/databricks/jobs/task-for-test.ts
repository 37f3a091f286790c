import type { RunAnswer } from '../open-for-test.ts';

interface TaskGiven {
  readonly path?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly [more: string]: unknown;
}

/** A task that runs the notebook of its own name, or of the path given. */
export function task(key: string, { path = `/${key}`, parameters, ...more }: TaskGiven = {}) {
  const notebook = { notebook_path: path, ...(parameters && { base_parameters: parameters }) };
  return { task_key: key, notebook_task: notebook, ...more };
}

export function resultsOf(run: RunAnswer): Record<string, string | undefined> {
  return Object.fromEntries(run.tasks.map((one) => [one.task_key, one.state.result_state]));
}

/** A notebook in the source format, of one cell. */
export function cell(source: string): string {
  return `# Databricks notebook source\n${source}\n`;
}
