import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A process that we started: it is stopped with us, and its log is kept in a file. */
export interface StartedProcess {
  readonly pid: number;
  /** Resolves to the first line of `stream` that the reader makes something of. */
  readonly ready: string;
  /** Asks it to stop, and waits for it. */
  stop(): Promise<void>;
  /** `kill -9`: no chance to tidy up. */
  kill(): Promise<void>;
}

interface Start {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** The stream on which it says that it is ready, and the text that says so. */
  readonly readyOn: 'stdout' | 'stderr';
  readonly readyPattern: RegExp;
}

const STOP_WITHIN_MS = 10_000;

/**
 * Starts Node with a script, and waits until it says that it is ready.
 * @throws {Error} it ended first: with the last lines that it printed
 */
export async function startProcess(start: Start): Promise<StartedProcess> {
  const child = spawn(process.execPath, [...start.args], {
    env: { ...start.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(start.logFile, { flags: 'a', mode: 0o600 });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const ready = await readyLine(child, child[start.readyOn], start);
  return {
    pid: child.pid ?? 0,
    ready,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await exited;
      clearTimeout(timer);
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function readyLine(child: ChildProcess, stream: Readable, start: Start): Promise<string> {
  const said: string[] = [];
  const lines = createInterface({ input: stream });
  const other = start.readyOn === 'stdout' ? child.stderr : child.stdout;
  other?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  return await new Promise((resolve, reject) => {
    child.once('exit', (code) => {
      const last = said.join('').split('\n').slice(-15).join('\n');
      reject(
        new Error(`${start.args[0] ?? 'it'} ended with ${code} before it was ready:\n${last}`),
      );
    });
    lines.on('line', (line) => {
      said.push(`${line}\n`);
      if (start.readyPattern.test(line)) resolve(line);
    });
  });
}
