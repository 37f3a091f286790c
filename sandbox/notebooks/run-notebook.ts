import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { z } from 'zod';

import {
  bubblewrapArguments,
  filesIn,
  findIsolation,
  type Isolation,
  innerPath,
  MAPPED,
  type Places,
  startingIn,
} from './isolation.ts';
import { NotebookEvent } from './notebook-event.ts';
import { findPython, type Python } from './python.ts';

const RUNNER = join(import.meta.dirname, 'runner.py');

const GRACE_MS = 2_000;
const DRIVER_LOG_CHARACTERS = 16 * 1024;

export interface NotebookOrder {
  /** The notebook's file, or that of a plain Python program. */
  readonly notebook: string;
  /** Left out: a notebook. */
  readonly program?: { readonly arguments: readonly string[] };
  /** Holds `dbfs/`, `workspace/` and `volumes/`: what notebooks see as /dbfs and so on. */
  readonly root: string;
  /** HOME of the process. */
  readonly home: string;
  readonly params: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What `getContext()` knows: apiUrl, apiToken, notebookPath, taskRunId, jobId, … */
  readonly context: Readonly<Record<string, string | undefined>>;
  readonly taskKey: string;
  /** Every task of the run: asking for the values of any other is an error. */
  readonly taskKeys: readonly string[];
  /** A folder in which each task of a run keeps its task values. */
  readonly values: string;
  /** Folders from which the notebook may import, nearest first. */
  readonly importFrom: readonly string[];
  /** How it reaches the emulated hosts: `childEnvironment()` of the sandbox's tools. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number | null;
  /** How long it may go on after an interrupt before it is killed: two seconds if not said. */
  readonly graceMs?: number;
  /** Left out: bubblewrap where it works. */
  readonly isolation?: Isolation;
  readonly onEvent: (event: NotebookEvent) => void;
}

export type NotebookEnd =
  | { readonly kind: 'succeeded'; readonly exit: string | null; readonly truncated: boolean }
  | {
      readonly kind: 'failed';
      readonly error: string;
      readonly trace: string;
      readonly cell: number | null;
    }
  /** Its process went away without a word. */
  | { readonly kind: 'died'; readonly error: string; readonly trace: string }
  | { readonly kind: 'canceled' }
  | { readonly kind: 'timed-out' };

export interface RunningNotebook {
  readonly pid: number;
  /** Settles when the whole process group is gone; it never rejects. */
  readonly ended: Promise<NotebookEnd>;
  /** Interrupts the notebook, and kills it where that does not help. */
  cancel(): void;
  /** Kills it and everything it started, at once. */
  kill(): void;
}

/**
 * Starts a notebook as a process group of its own.
 *
 * @throws {Error} there is no Python that could run it
 */
export async function startNotebook(order: NotebookOrder): Promise<RunningNotebook> {
  const python = await findPython();
  const isolation = order.isolation ?? (await findIsolation());
  await mkdir(order.home, { recursive: true });
  await mkdir(order.values, { recursive: true });
  return isolation.kind === 'bubblewrap'
    ? startIsolated(order, python, isolation.executable)
    : startPlain(order, python);
}

// -I: neither the user's Python variables nor their packages; -B: no files beside the notebooks.
const RUN = ['-I', '-B', RUNNER];

async function startPlain(order: NotebookOrder, python: Python): Promise<RunningNotebook> {
  const child = spawn(python.executable, RUN, {
    cwd: dirname(order.notebook),
    detached: true,
    env: { ...order.environment, PATH: python.path, HOME: order.home, LANG: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  await once(child, 'spawn');
  const specification = specificationOf(order, { isolation: 'patched paths', root: order.root });
  return follow(child, order, { specification, group: Promise.resolve(child.pid ?? 0) });
}

/** In a file system of its own, whose /dbfs, /Workspace and /Volumes are what a cluster has. */
async function startIsolated(
  order: NotebookOrder,
  python: Python,
  bubblewrap: string,
): Promise<RunningNotebook> {
  const { root, home, values, environment, notebook } = order;
  for (const [, folder] of MAPPED) await mkdir(join(root, folder), { recursive: true });
  const needed = [dirname(notebook), ...order.importFrom, ...filesIn(environment)];
  const places: Places = { root, home, values, alsoSees: [] };
  const inner = (path: string) => innerPath(places, path);
  const alsoSees = needed.filter((path) => inner(path) === path);
  const args = await bubblewrapArguments({ ...places, alsoSees }, python);
  const here = startingIn(args, inner(dirname(notebook)));
  const child = spawn(bubblewrap, ['--info-fd', '4', ...here, python.executable, ...RUN], {
    detached: true,
    env: { ...environment, PATH: python.path, HOME: inner(home), LANG: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  await once(child, 'spawn');
  const moved = {
    ...order,
    notebook: inner(notebook),
    values: inner(values),
    importFrom: order.importFrom.map(inner),
  };
  const specification = specificationOf(moved, { isolation: 'bubblewrap', root: null });
  return follow(child, order, { specification, group: groupOf(child) });
}

/** bubblewrap puts what it runs into a group of its own, and says which. */
async function groupOf(child: ChildProcess): Promise<number> {
  const info = child.stdio[4];
  if (!(info instanceof Readable)) throw new Error('bubblewrap has no descriptor 4');
  const { data } = z.object({ 'child-pid': z.int() }).safeParse(parsed(await text(info)));
  return data?.['child-pid'] ?? child.pid ?? 0;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null; // it died before it could say
  }
}

interface Started {
  readonly specification: object;
  /** The process group of the notebook, once it is known. */
  readonly group: Promise<number>;
}

function follow(child: ChildProcess, order: NotebookOrder, started: Started): RunningNotebook {
  const pid = child.pid ?? 0;
  let stopped: 'canceled' | 'timed-out' | null = null;
  let grace: NodeJS.Timeout | undefined;
  let hasBegun = false;

  const killAll = () => {
    signal(pid, 'SIGKILL');
    // A bubblewrap that is killed early has not yet seen to it that its child dies with it.
    void started.group.then((group) => group !== pid && endProcess(group));
  };
  const stop = (why: 'canceled' | 'timed-out') => {
    if (stopped) return;
    stopped = why;
    // Before it runs anything it may not hear an interrupt, and has nothing to tidy up.
    if (!hasBegun) {
      killAll();
      return;
    }
    void started.group.then((group) => signal(group, 'SIGINT'));
    grace = setTimeout(killAll, order.graceMs ?? GRACE_MS);
  };
  const { timeoutMs } = order;
  const timer = timeoutMs ? setTimeout(() => stop('timed-out'), timeoutMs) : undefined;

  const onEvent = (event: NotebookEvent) => {
    hasBegun = true;
    order.onEvent(event);
  };
  const heard = listen(child, onEvent).catch(() => ({ end: null, log: '' }));
  // What the notebook left in the background dies with it, as it would with its cluster.
  child.once('exit', () => signal(pid, 'SIGKILL'));
  give(child, started.specification);

  const ended = once(child, 'close').then(async ([code, killedBy]): Promise<NotebookEnd> => {
    clearTimeout(timer);
    clearTimeout(grace);
    const { end, log } = await heard;
    // A notebook that ended by itself before it was interrupted keeps its own end.
    if (end && end.result !== 'CANCELED') return told(end);
    return stopped ? { kind: stopped } : died(code ?? killedBy, log);
  });

  return {
    pid,
    ended,
    cancel: () => stop('canceled'),
    kill: () => {
      stopped ??= 'canceled';
      killAll();
    },
  };
}

type Ended = Extract<NotebookEvent, { event: 'ended' }>;

function told(end: Ended): NotebookEnd {
  if (end.result === 'SUCCESS') {
    return { kind: 'succeeded', exit: end.exit ?? null, truncated: end.truncated ?? false };
  }
  const { error = '', error_trace: trace = '', cell = null } = end;
  return { kind: 'failed', error, trace, cell };
}

function died(how: unknown, log: string): NotebookEnd {
  const error =
    typeof how === 'number'
      ? `The Python process exited with exit code ${how}.`
      : `The Python process was ended by ${String(how)}.`;
  return { kind: 'died', error, trace: log ? `${error}\n${log}` : error };
}

async function listen(child: ChildProcess, onEvent: NotebookOrder['onEvent']) {
  let end: Ended | null = null;
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      log = (log + chunk).slice(-DRIVER_LOG_CHARACTERS);
    });
  }
  const events = child.stdio[3];
  if (!(events instanceof Readable)) throw new Error('The runner has no descriptor 3');
  for await (const line of createInterface({ input: events })) {
    const event = read(line);
    if (event?.event === 'ended') end = event;
    if (event) onEvent(event);
  }
  return { end, log };
}

function read(line: string): NotebookEvent | null {
  try {
    return NotebookEvent.parse(JSON.parse(line));
  } catch {
    // Cut off by a kill, or written by the notebook itself: descriptor 3 is in its reach.
    return null;
  }
}

function specificationOf(
  order: NotebookOrder,
  place: { readonly isolation: Isolation['kind']; readonly root: string | null },
) {
  const { notebook, params, secrets, context, values, program } = order;
  return {
    ...place,
    notebook,
    params,
    secrets,
    context,
    values,
    kind: program ? 'python' : 'notebook',
    arguments: program?.arguments ?? [],
    task_key: order.taskKey,
    task_keys: order.taskKeys,
    import_from: order.importFrom,
  };
}

function give({ stdin }: ChildProcess, specification: object): void {
  if (!(stdin instanceof Writable)) throw new Error('The runner has no standard input');
  // A process that is already gone tells so by its exit code.
  stdin.on('error', () => undefined);
  stdin.end(JSON.stringify(specification));
}

/** With the first process of a namespace, all others in it end. Source: pid_namespaces(7) */
function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

function signal(pid: number, name: 'SIGINT' | 'SIGKILL'): void {
  try {
    process.kill(-pid, name);
  } catch {
    // Nobody left to hear it.
  }
}
