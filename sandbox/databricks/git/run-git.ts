import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface GitOrder {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Sent with every request, and kept off the command line. */
  readonly authorization?: string;
  readonly signal: AbortSignal;
}

/**
 * Runs git as a child process; you get its standard output.
 *
 * @throws {Error} with `stderr`, where git failed
 * Source: git-config(1), GIT_CONFIG_COUNT and http.extraHeader.
 */
export async function runGit(order: GitOrder): Promise<string> {
  const { args, environment, authorization, signal } = order;
  const settings: [string, string][] = [
    ['http.followRedirects', 'false'],
    ['core.autocrlf', 'false'],
    ['gc.auto', '0'],
  ];
  if (authorization) settings.push(['http.extraHeader', `Authorization: ${authorization}`]);

  const env: Record<string, string> = {
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    ...environment,
    GIT_CONFIG_COUNT: String(settings.length),
  };
  for (const [number, [key, value]] of settings.entries()) {
    env[`GIT_CONFIG_KEY_${number}`] = key;
    env[`GIT_CONFIG_VALUE_${number}`] = value;
  }
  const { stdout } = await run('git', [...args], { env, signal, maxBuffer: 10_000_000 });
  return stdout;
}

/** What git itself said when it failed. */
export function gitComplaint(error: unknown): string {
  const stderr: unknown = error instanceof Error && 'stderr' in error ? error.stderr : undefined;
  if (typeof stderr === 'string' && stderr.trim()) return stderr.trim();
  return error instanceof Error ? error.message : String(error);
}
