import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface GitOrder {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Sent with every request, and kept off the command line. */
  readonly authorization?: string;
  /** Kills git, and what it started; it is waited for all the same. */
  readonly signal: AbortSignal;
}

/**
 * Runs git as a child process; you get its standard output.
 *
 * @throws {Error} git failed; the message is what it said
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
    GIT_CONFIG_GLOBAL: '/dev/null',
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
  const child = spawn('git', [...args], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const { promise: ended, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('close', resolve);
  const kill = () => killGroup(child.pid);
  signal.addEventListener('abort', kill);
  if (signal.aborted) kill();
  try {
    const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    if (code === 0) return out;
    throw new Error(err.trim() || `git ended with ${code ?? 'a signal'}`);
  } finally {
    signal.removeEventListener('abort', kill);
  }
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
