import { buffer, text } from 'node:stream/consumers';

import type { Processes } from './processes.ts';

/** Git did not do what it was asked. */
export class GitFailed extends Error {
  override readonly name = 'GitFailed';
}

interface GitCommand {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What git reads from its input. */
  readonly input?: string | Uint8Array;
}

/**
 * What git printed.
 * @throws {GitFailed} git did not end with 0; the message is what it wrote to stderr
 */
export async function runGit(processes: Processes, command: GitCommand): Promise<string> {
  return (await gitBytes(processes, command)).toString();
}

/**
 * The bytes that git printed.
 * @throws {GitFailed} git did not end with 0; the message is what it wrote to stderr
 */
export async function gitBytes(processes: Processes, command: GitCommand): Promise<Buffer> {
  // No argument of a program can hold one: whoever asks for it asks for nothing that there is.
  if (command.args.some((arg) => arg.includes('\0'))) throw new GitFailed('git: a NUL character');
  const child = processes.start('git', command.args, {
    cwd: command.cwd,
    env: { ...gitEnvironment(), ...command.env },
    stdio: [command.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  if (!child.stdout || !child.stderr) throw new Error('git was started without pipes');
  // git may end without reading all of it; how it ended says why.
  child.stdin?.on('error', () => {});
  child.stdin?.end(command.input);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [out, err, code] = await Promise.all([buffer(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new GitFailed(`git: ${err.trim()}`);
  return out;
}

/** An environment in which git reads nobody's settings and asks nobody. */
export function gitEnvironment(): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    // Nothing here lives long enough to be tidied up.
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'gc.auto',
    GIT_CONFIG_VALUE_0: '0',
    GIT_CONFIG_KEY_1: 'maintenance.auto',
    GIT_CONFIG_VALUE_1: 'false',
  };
}
