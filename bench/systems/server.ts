import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Server {
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts a server that is no script of Node, and waits until its port answers. */
export async function startServer(
  program: string,
  words: readonly string[],
  { port, ...options }: { port: number; cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Server> {
  const child = spawn(program, words, { ...options, stdio: 'ignore' });
  await untilPortAnswers(port);
  return {
    pid: child.pid ?? 0,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

const STARTED_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;

async function untilPortAnswers(port: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < STARTED_WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
    if (await answers(port)) return;
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error(`nobody listens on ${port}`);
}

async function answers(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
