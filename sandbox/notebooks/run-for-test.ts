import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';

import type { NotebookEvent } from './notebook-event.ts';
import { type NotebookOrder, startNotebook } from './run-notebook.ts';

type Overrides = Partial<NotebookOrder>;

/** Runs a notebook of these cells to its end. */
export async function run(
  folder: string,
  cells: readonly string[],
  more: Overrides = {},
  name = 'main',
) {
  const file = join(folder, `${name}.py`);
  await writeFile(file, notebook(cells));
  return follow(order(folder, file, more));
}

/** Runs what is ordered to its end. */
export async function follow(given: NotebookOrder) {
  const events: NotebookEvent[] = [];
  const began = performance.now();
  const running = await startNotebook({ ...given, onEvent: (event) => events.push(event) });
  const end = await running.ended;
  return { end, events, lines: events.flatMap(shown), ms: performance.now() - began };
}

export function order(folder: string, file: string, more: Overrides = {}): NotebookOrder {
  return {
    notebook: file,
    root: join(folder, 'root'),
    home: join(folder, 'home'),
    params: {},
    secrets: {},
    context: {},
    taskKey: 'main',
    taskKeys: ['main'],
    values: join(folder, 'values'),
    importFrom: [folder],
    environment: {},
    timeoutMs: 20_000,
    onEvent: () => undefined,
    ...more,
  };
}

/** Cancels a notebook once it and a process of its own run; tells which ran before and after. */
export async function canceledOnceItRuns(t: TestContext, first: string, graceMs?: number) {
  const folder = await newFolder(t);
  const mark = randomUUID();
  const file = join(folder, 'main.py');
  const cells = [
    `${first}import subprocess, time\nsubprocess.Popen(["sleep", "60"])`,
    'print("here")\ntime.sleep(60)',
  ];
  await writeFile(file, notebook(cells));
  const { promise, resolve } = Promise.withResolvers<void>();
  const running = await startNotebook({
    ...order(folder, file, { environment: { MARK: mark } }),
    ...(graceMs !== undefined && { graceMs }),
    onEvent: (event) => {
      if (event.event === 'output') resolve();
    },
  });
  await promise;
  const before = await alive(mark);
  running.cancel();
  const end = await running.ended;
  return { end, before, after: await alive(mark) };
}

/** The processes that have this in their environment; one that waits to be buried is not alive. */
export async function alive(mark: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['axeww', '-o', 'stat=,args=']);
  return stdout
    .split('\n')
    .filter((line) => line.includes(mark) && /^[^Z]/u.test(line.trim()))
    .map((line) => line.slice(0, 80));
}

function shown(event: NotebookEvent): string[] {
  if (event.event === 'output') return [`${event.cell} ${event.stream} ${event.text}`];
  return event.event === 'display' ? [`${event.cell} display ${event.text}`] : [];
}

export function notebook(cells: readonly string[]): string {
  return `# Databricks notebook source\n${cells.map(asCell).join('\n\n# COMMAND ----------\n\n')}\n`;
}

/** Cells that begin with a magic are comments in the source format. */
function asCell(cell: string): string {
  if (!cell.startsWith('%')) return cell;
  return cell
    .split('\n')
    .map((line) => `# MAGIC ${line}`)
    .join('\n');
}

export async function newFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'notebooks-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
