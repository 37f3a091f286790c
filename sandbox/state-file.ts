import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { z } from 'zod';

import { ConfigError } from './read-config.ts';

/** How other commands of the same user reach a running sandbox. */
const State = z.object({ pid: z.int(), admin: z.url(), token: z.string() });
type State = z.infer<typeof State>;

/** How long a sandbox that may be running is waited for. */
const PATIENCE_MS = 2_000;

/**
 * Leaves word of a running sandbox in a file for its user alone, until it is disposed of.
 * @throws {ConfigError} another one has left word there, and answers
 */
export async function writeState(file: string, state: State): Promise<AsyncDisposable> {
  const other = await read(file);
  if (other && (await isUp(other))) {
    throw new ConfigError(
      `${file}: another sandbox runs here, process ${other.pid}; stop it, or name another file with --state`,
    );
  }
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // Nobody sees half of it, and nobody else sees it at all.
  const beside = `${file}.${process.pid}`;
  await writeFile(beside, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(beside, file);
  return {
    async [Symbol.asyncDispose]() {
      if ((await read(file))?.pid === state.pid) await rm(file, { force: true });
    },
  };
}

async function read(file: string): Promise<State | null> {
  try {
    return State.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null; // none there, or one that says nothing
  }
}

async function isUp({ admin, token }: State): Promise<boolean> {
  try {
    const response = await fetch(new URL('/_sandbox/health', admin), {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return response.ok;
  } catch {
    return false; // what was left by one that was killed
  }
}
