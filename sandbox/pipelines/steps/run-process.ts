import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import { type Processes, signalGroup } from '../../git/processes.ts';

export interface ProcessRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string, from: 'stdout' | 'stderr') => void;
  /** Aborted: the process is asked to stop, and then made to. */
  readonly signal: AbortSignal;
  readonly waits: Waits;
}

/** How long things take that are waited for. */
export interface Waits {
  /** How long a process may take to stop before it is told so more firmly. */
  readonly interruptMs: number;
  readonly terminateMs: number;
  /** How long output may go on after the process has ended, from what it left running. */
  readonly outputMs: number;
  /** A minute of `timeoutInMinutes`, and a second between retries; tests have shorter ones. */
  readonly minuteMs: number;
  readonly secondMs: number;
}

/** Source: microsoft/azure-pipelines-agent, src/Agent.Sdk/ProcessInvoker.cs */
export const agentWaits: Waits = {
  interruptMs: 7500,
  terminateMs: 2500,
  outputMs: 5000,
  minuteMs: 60_000,
  secondMs: 1000,
};

export interface ProcessEnd {
  /** null: it was killed. */
  readonly exitCode: number | null;
  /** Its group, if something it started still runs. */
  readonly leftRunning: number | null;
}

/**
 * Runs a process in a group of its own and reads its lines until it ends.
 * @throws {Error} it could not be started
 */
export async function runProcess(
  processes: Processes,
  request: ProcessRequest,
): Promise<ProcessEnd> {
  const { command, args, cwd, env, onLine, signal, waits } = request;
  const child = processes.start(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = () => void stopGroup(child.pid, waits);
  const output = Promise.all([
    readLines(child.stdout, (line) => onLine(line, 'stdout')),
    readLines(child.stderr, (line) => onLine(line, 'stderr')),
  ]);

  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  const exitCode = await ended(child);
  signal.removeEventListener('abort', stop);

  await within(output, waits.outputMs);
  child.stdout?.destroy();
  child.stderr?.destroy();
  const leftRunning = signalGroup(child.pid, 0) ? (child.pid ?? null) : null;
  return { exitCode, leftRunning };
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('exit', resolve);
    child.once('error', reject);
  });
}

async function readLines(stream: Readable | null, onLine: (line: string) => void): Promise<void> {
  if (!stream) return;
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) onLine(line);
  } catch {
    // The stream was given up after the process had ended.
  }
}

/** SIGINT, then SIGTERM, then SIGKILL, to the process and to all that it started. */
async function stopGroup(pid: number | undefined, waits: Waits): Promise<void> {
  if (!signalGroup(pid, 'SIGINT')) return;
  if (await gone(pid, waits.interruptMs)) return;
  signalGroup(pid, 'SIGTERM');
  if (await gone(pid, waits.terminateMs)) return;
  signalGroup(pid, 'SIGKILL');
}

async function gone(pid: number | undefined, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    if (!signalGroup(pid, 0)) return true;
    await pause(Math.min(50, withinMs));
  }
  return !signalGroup(pid, 0);
}

async function within(work: Promise<unknown>, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}

function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms);
  return promise;
}
