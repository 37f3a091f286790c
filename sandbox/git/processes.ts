import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

/** The child processes of one sandbox, so that none outlives it. */
export interface Processes {
  /**
   * Starts a process in a group of its own, without a shell.
   * @throws {Error} the sandbox is closing
   */
  start(command: string, args: readonly string[], options: SpawnOptions): ChildProcess;
  /** Kills what still runs, by id, and waits until it is gone. */
  close(): Promise<void>;
}

/** Starts processes and remembers them until they end. */
export function openProcesses(): Processes {
  const running = new Map<ChildProcess, Promise<void>>();
  let closed = false;

  return {
    start(command, args, options) {
      if (closed) throw new Error(`The sandbox is closing: ${command} was not started`);
      const child = spawn(command, args, { ...options, detached: true });
      const { promise, resolve } = Promise.withResolvers<void>();
      running.set(child, promise);
      const forget = () => {
        running.delete(child);
        resolve();
      };
      child.once('exit', forget);
      child.once('error', forget);
      return child;
    },
    async close() {
      closed = true;
      const gone = [...running.values()];
      for (const child of running.keys()) signalGroup(child.pid, 'SIGKILL');
      await Promise.all(gone);
    },
  };
}

/** Signals a process and all that it started; false when none of them is left. */
export function signalGroup(pid: number | undefined, signal: NodeJS.Signals | 0): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}
