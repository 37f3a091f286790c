import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import { type StartedProcess, startProcess } from '../demo/process.ts';
import { makeProofs } from './proofs.ts';
import { configOf, makeScene, type Scene } from './scene.ts';

const MAIN = path.join(import.meta.dirname, '../sandbox/main.ts');

const Ready = z.object({
  proxy: z.url(),
  admin: z.url(),
  ca: z.string(),
  env: z.record(z.string(), z.string()),
});

const Journal = z.object({
  entries: z.array(
    z.object({
      host: z.string(),
      direction: z.enum(['in', 'out']),
      service: z.string().nullable(),
      method: z.string(),
      path: z.string(),
      status: z.number().nullable(),
      action: z.string().nullable(),
      request: z.unknown(),
      response: z.unknown(),
    }),
  ),
});
export type JournalEntry = z.infer<typeof Journal>['entries'][number];

const Routes = z.object({
  routes: z.array(
    z.object({ service: z.string(), method: z.string(), path: z.string(), source: z.string() }),
  ),
});
export type Route = z.infer<typeof Routes>['routes'][number];

/** A sandbox that runs as a process of its own, with a scene set up in it. */
export interface SandboxProcess extends AsyncDisposable {
  readonly pid: number;
  readonly scene: Scene;
  readonly proxy: string;
  readonly ca: string;
  /** For a program that shall reach the sandbox, and nothing else. */
  readonly environment: Readonly<Record<string, string>>;
  /** Everything that was asked of it, oldest first. */
  journal(): Promise<readonly JournalEntry[]>;
  /** Everything that it emulates. */
  routes(): Promise<readonly Route[]>;
  /** What it said on its way: its own mistakes, if it made any. */
  log(): string;
}

/** Starts the sandbox in this folder, as anybody would start it. */
export async function startSandbox(folder: string): Promise<SandboxProcess> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { adminToken, ...scene } = makeScene(folder);
  const configFile = path.join(folder, 'sandbox.json');
  const logFile = path.join(folder, 'sandbox.log');
  const proofs = makeProofs(Date.now());
  const config = JSON.stringify(configOf({ adminToken, ...scene }, proofs));
  for (const [file, text] of [
    [configFile, config],
    [scene.certificateFile, proofs.certificateWithKey],
    [scene.assertionFile, proofs.assertion],
  ] as const) {
    writeFileSync(file, text, { mode: 0o600 });
  }
  const base = baseEnvironment(folder);
  const started = await startProcess({
    args: [MAIN, configFile, `--work-dir=${path.join(folder, 'sandbox')}`],
    env: base,
    logFile,
    readyOn: 'stdout',
    readyPattern: /"ready":\s*true/u,
  });
  const { proxy, admin, ca, env } = Ready.parse(JSON.parse(started.ready));
  const ask = async (what: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${adminToken}` };
    const answer: unknown = await (await fetch(`${admin}/_sandbox/${what}`, { headers })).json();
    return answer;
  };
  return {
    pid: started.pid,
    scene: { ...scene, admin: { url: admin, token: adminToken } },
    proxy,
    ca,
    environment: { ...base, ...env },
    journal: async () => Journal.parse(await ask('journal')).entries,
    routes: async () => Routes.parse(await ask('routes')).routes,
    log: () => readFileSync(logFile, 'utf8'),
    [Symbol.asyncDispose]: () => end(started, folder),
  };
}

async function end(started: StartedProcess, folder: string): Promise<void> {
  await started.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** What a program needs of ours; everything else could lead it elsewhere. */
function baseEnvironment(folder: string): Record<string, string> {
  const kept = ['PATH', 'LANG', 'LC_ALL', 'TMPDIR', 'NODE_COMPILE_CACHE', 'SYSTEMROOT'];
  const entries = kept.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(entries), HOME: folder };
}
