import { execFile } from 'node:child_process';

const LONGEST_MS = 60_000;

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly longestMs?: number;
}

/** Runs a command to its end, whichever that is; 127 stands for a command that there is not. */
export function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env, longestMs = LONGEST_MS }: Options = {},
): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const options = {
    cwd,
    env: { ...(env ?? process.env) },
    timeout: longestMs,
    maxBuffer: 64 * 1024 * 1024,
  };
  execFile(command, args, options, (error, stdout, stderr) => {
    resolve({ code: codeOf(error), stdout, stderr });
  });
  return promise;
}

function codeOf(error: { code?: unknown } | null): number {
  if (error === null) return 0;
  if (error.code === 'ENOENT') return 127;
  return typeof error.code === 'number' ? error.code : 1;
}
