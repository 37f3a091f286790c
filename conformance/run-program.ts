import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { z } from 'zod';

import type { Check } from './check.ts';
import type { SandboxProcess } from './sandbox-process.ts';

const LONGEST_MS = 180_000;

/** What a program of ours prints for each check: `{ "check": "…", "ok": false, "because": "…" }`. */
const Line = z.union([
  z.object({ check: z.string(), ok: z.literal(true) }),
  z.object({ check: z.string(), ok: z.literal(false), because: z.string() }),
]);

interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Runs a program that makes the checks with a client of its own language. It is told of the
 * sandbox by the variable `SCENE`, and reports by lines of JSON.
 * @throws {Error} it ended badly: with the last that it said
 */
export async function runProgram(
  program: Program,
  { scene, environment }: SandboxProcess,
  check: Check,
): Promise<void> {
  const child = spawn(program.command, [...program.args], {
    cwd: program.cwd,
    env: { ...environment, ...program.environment, SCENE: JSON.stringify(scene) },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_MS,
    killSignal: 'SIGKILL',
  });
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const { promise: ended, resolve, reject } = Promise.withResolvers<string>();
  child.once('error', reject);
  child.once('close', (code, signal) => resolve(signal ?? String(code)));

  const lines = createInterface({ input: child.stdout });
  const reported: Promise<void>[] = [];
  lines.on('line', (text) => {
    const line = readLine(text);
    if (line === null) said.push(`${text}\n`);
    else reported.push(check(line.check, () => hold(line)));
  });
  const how = await ended;
  await Promise.all(reported);
  if (how !== '0') throw new Error(`it ended with ${how}: ${said.join('').slice(-1_500)}`);
}

function readLine(text: string): z.infer<typeof Line> | null {
  try {
    return Line.parse(JSON.parse(text));
  } catch {
    return null; // something that a library printed
  }
}

function hold(line: z.infer<typeof Line>): void {
  if (!line.ok) throw new Error(line.because);
}
