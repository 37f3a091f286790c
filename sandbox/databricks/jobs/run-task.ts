import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import type { NotebookEvent } from '../../notebooks/notebook-event.ts';
import {
  type NotebookEnd,
  type NotebookOrder,
  startNotebook,
} from '../../notebooks/run-notebook.ts';
import type { Checkout } from '../git/checkout.ts';
import { readableSecrets } from '../secrets/secret-scope.ts';
import type { Workspace } from '../workspace.ts';
import { findNotebook } from './find-notebook.ts';
import { findPythonFile } from './find-python-file.ts';
import { argumentsFor, parametersFor, valuesFolder } from './resolve-parameters.ts';
import type { CellRecord, Run, TaskRun } from './run.ts';
import {
  CANCELED,
  couldNotStart,
  DRIVER_GONE,
  type Outcome,
  SUCCEEDED,
  TIMED_OUT,
  WORKLOAD_FAILED,
} from './run-phase.ts';
import { unavailableLibrary } from './unavailable-library.ts';

/** Runs one attempt at one task, from its files to its outcome. */
export async function runTask(
  workspace: Workspace,
  run: Run,
  task: TaskRun,
  checkout: Checkout | null,
): Promise<Outcome> {
  const place = await locate(workspace, run, task, checkout);
  if (place.kind === 'nowhere') return place.outcome;

  const missingLibrary = await unavailableLibrary(workspace, task.task.libraries);
  if (missingLibrary) return couldNotStart('LIBRARY_INSTALLATION_ERROR', missingLibrary);
  let given: Given;
  try {
    given = await givenTo(workspace, run, task);
  } catch (error) {
    return couldNotStart('INVALID_RUN_CONFIGURATION', messageOf(error));
  }
  const token = `dapi${randomBytes(16).toString('hex')}`;
  workspace.runTokens.set(token, run.runAs);
  workspace.tools.hidden.add(token);
  try {
    const end = await play(run, task, orderFor(workspace, run, task, { ...place, given, token }));
    task.notebookEnd = end;
    return outcomeOf(run, end);
  } catch (error) {
    return couldNotStart('INTERNAL_ERROR', messageOf(error));
  } finally {
    workspace.runTokens.delete(token);
  }
}

export function isStopped(run: Run, task: TaskRun): boolean {
  return run.stopped !== null || task.stopped;
}

export function stoppedOutcome(run: Run): Outcome {
  return run.stopped === 'timed-out' ? TIMED_OUT : CANCELED;
}

type Place =
  | { readonly kind: 'nowhere'; readonly outcome: Outcome }
  | { readonly kind: 'here'; readonly file: string; readonly folder: string };

async function locate(
  workspace: Workspace,
  run: Run,
  task: TaskRun,
  checkout: Checkout | null,
): Promise<Place> {
  if (isStopped(run, task)) return { kind: 'nowhere', outcome: stoppedOutcome(run) };
  const { source, path } = task.task.work;
  const folder =
    source === 'GIT' ? checkout : ({ kind: 'checked-out', folder: homeOf(workspace) } as const);
  if (folder?.kind !== 'checked-out') {
    const message = folder?.message ?? 'Failed to checkout Git repository';
    return { kind: 'nowhere', outcome: couldNotStart('REPOSITORY_CHECKOUT_FAILED', message) };
  }
  const found = await find(workspace, task, folder.folder);
  switch (found.kind) {
    case 'notebook':
      return { kind: 'here', file: found.file, folder: folder.folder };
    case 'unsupported':
      return { kind: 'nowhere', outcome: couldNotStart('FEATURE_DISABLED', found.because) };
    case 'missing':
      return { kind: 'nowhere', outcome: couldNotStart('RESOURCE_NOT_FOUND', missing(run, path)) };
  }
}

function find(workspace: Workspace, { task: { work } }: TaskRun, folder: string) {
  return work.kind === 'python'
    ? findPythonFile(workspace, folder, work.path)
    : findNotebook(folder, work.path.replace(/^\/Workspace\//u, '/'));
}

/** Where the workspace's own notebooks lie. */
function homeOf({ folder }: Workspace): string {
  return join(folder, 'root', 'workspace');
}

/** Source: the vendor's message, from memory. */
function missing({ runAs: { name } }: Run, path: string): string {
  return (
    `Unable to access the notebook "${path}". Either it does not exist, or the identity used to ` +
    `run this job, ${name} (${name}), lacks the required permissions.`
  );
}

interface Ready {
  readonly file: string;
  readonly folder: string;
  readonly given: Given;
  readonly token: string;
}

interface Given {
  readonly params: Readonly<Record<string, string>>;
  readonly program?: { readonly arguments: readonly string[] };
}

async function givenTo(workspace: Workspace, run: Run, task: TaskRun): Promise<Given> {
  const { work } = task.task;
  const shown = (text: string) => workspace.ids.shown(text);
  if (work.kind === 'python') {
    const given = await argumentsFor(workspace, run, task, work.parameters);
    return { params: {}, program: { arguments: given.map(shown) } };
  }
  const params = await parametersFor(workspace, run, task, work.parameters);
  const entries = Object.entries(params).map(([name, value]) => [name, shown(value)] as const);
  return { params: Object.fromEntries(entries) };
}

function orderFor(workspace: Workspace, run: Run, task: TaskRun, ready: Ready): NotebookOrder {
  const { config, tools } = workspace;
  const root = join(workspace.folder, 'root');
  const seconds = task.task.timeout_seconds;
  const shown = (id: number) => workspace.ids.shown(String(id));
  return {
    notebook: ready.file,
    root,
    home: join(workspace.folder, 'home'),
    ...ready.given,
    secrets: readableSecrets(workspace, run.runAs),
    context: {
      host: config.host,
      apiUrl: `https://${config.host}`,
      apiToken: ready.token,
      notebookPath: ready.file.slice(join(root, 'workspace').length).replace(/\.(py|ipynb)$/u, ''),
      workspaceId: config.workspace_id,
      user: run.runAs.name,
      jobId: shown(run.jobId),
      jobName: run.name,
      jobRunId: shown(run.runId),
      taskRunId: shown(task.runId),
      taskKey: task.task.task_key,
      gitUrl: run.plan.gitSource?.git_url,
      gitCommit: run.usedCommit ?? undefined,
    },
    taskKey: task.task.task_key,
    taskKeys: run.plan.tasks.map((one) => one.task_key),
    values: valuesFolder(workspace, run),
    importFrom: [join(ready.file, '..'), ...repoAbove(workspace, ready.file), ready.folder],
    environment: tools.childEnvironment(),
    timeoutMs: seconds > 0 ? seconds * 1000 : null,
    onEvent: (event) => record(workspace, task, event),
  };
}

/** The root of the repository that a notebook of the workspace lies in. */
function repoAbove(workspace: Workspace, file: string): string[] {
  const roots = [...workspace.repos.values()].map((repo) => join(homeOf(workspace), repo.path));
  return roots.filter((root) => file.startsWith(`${root}/`));
}

async function play(run: Run, task: TaskRun, order: NotebookOrder): Promise<NotebookEnd> {
  const notebook = await startNotebook(order);
  task.notebook = notebook;
  if (isStopped(run, task)) notebook.cancel();
  try {
    return await notebook.ended;
  } finally {
    task.notebook = null;
  }
}

function record(workspace: Workspace, task: TaskRun, event: NotebookEvent): void {
  switch (event.event) {
    case 'started':
      task.executionStartMs = workspace.tools.clock.now();
      task.isolation = event.isolation;
      return;
    case 'cell_started':
      task.cells.push(cellOf(event));
      return;
    case 'output':
      lastCell(task).lines.push({ kind: event.stream, text: event.text });
      return;
    case 'display':
      lastCell(task).lines.push({ kind: 'display', text: event.text });
      return;
    case 'cell_ended':
      Object.assign(lastCell(task), { ok: event.ok, durationMs: event.duration_ms });
      return;
    case 'task_value':
    case 'ended':
  }
}

function lastCell({ cells }: TaskRun): CellRecord {
  const last = cells.at(-1);
  if (!last) throw new Error('Output before the first cell');
  return last;
}

function cellOf(event: Extract<NotebookEvent, { event: 'cell_started' }>): CellRecord {
  const { cell: number, title, source } = event;
  return { number, title, source, lines: [], ok: null, durationMs: null };
}

function outcomeOf(run: Run, end: NotebookEnd): Outcome {
  switch (end.kind) {
    case 'succeeded':
      return SUCCEEDED;
    case 'failed':
      return WORKLOAD_FAILED;
    case 'died':
      return DRIVER_GONE;
    case 'canceled':
      return stoppedOutcome(run);
    case 'timed-out':
      return TIMED_OUT;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
