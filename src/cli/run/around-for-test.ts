import type { Fetch } from '../../lib/fetch.ts';
import { exitCodes } from '../exit-codes.ts';
import { runCommand } from './run.ts';
import type { Surroundings } from './surroundings.ts';

export const HOST = 'https://adb-1.2.azuredatabricks.net';
const BEGAN_AT_MS = Date.parse('2026-11-23T06:00:00Z');

/** A world for one command: its clock moves only when somebody waits. */
export interface StandIn extends Surroundings {
  readonly results: string[];
  readonly lines: string[];
  readonly written: Map<string, string>;
  /** Since the beginning. */
  readonly elapsedMs: () => number;
  /** Has this happen once so much time has passed. */
  readonly at: (ms: number, happen: () => void) => void;
  readonly signal: (name: string) => void;
}

type Answers = Readonly<Record<string, (request: Request) => Response | Promise<Response>>>;

/** Answers by `METHOD /path`; what it is not prepared for fails the test. */
export function standIn(answers: Answers, env: Readonly<Record<string, string>> = {}): StandIn {
  const results: string[] = [];
  const lines: string[] = [];
  const listeners = new Set<(name: string) => void>();
  return {
    env: { HOME: '/nowhere', DATABRICKS_HOST: HOST, DATABRICKS_TOKEN: 'a-token-of-mine', ...env },
    fetch: answeredBy(answers),
    ...openClock(),
    chance: () => 0.5,
    result: (line) => results.push(line),
    progress: (line) => lines.push(line),
    onStop(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ...openFiles(),
    results,
    lines,
    signal: (name) => {
      for (const listener of listeners) listener(name);
    },
  };
}

function answeredBy(answers: Answers): Fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const { host, pathname } = new URL(request.url);
    const path = HOST.endsWith(host) ? pathname : host + pathname;
    const answer = answers[`${request.method} ${path}`];
    if (!answer) throw new Error(`nobody answers ${request.method} ${path}`);
    return await answer(request);
  };
}

function openClock(): Pick<StandIn, 'now' | 'sleep' | 'elapsedMs' | 'at'> {
  let nowMs = BEGAN_AT_MS;
  const due: { readonly atMs: number; readonly happen: () => void }[] = [];
  return {
    now: () => nowMs,
    async sleep(ms, until) {
      const target = nowMs + ms;
      while (!until.aborted) {
        const next = due.findIndex(({ atMs }) => atMs <= target);
        const [one] = next < 0 ? [] : due.splice(next, 1);
        nowMs = Math.max(nowMs, one?.atMs ?? target);
        if (!one) return;
        one.happen();
      }
    },
    elapsedMs: () => nowMs - BEGAN_AT_MS,
    at: (ms, happen) => due.push({ atMs: BEGAN_AT_MS + ms, happen }),
  };
}

function openFiles(): Pick<StandIn, 'files' | 'written'> {
  const written = new Map<string, string>();
  return {
    written,
    files: {
      read: (file) => {
        const text = written.get(file);
        if (text === undefined) throw new Error(`there is no ${file}`);
        return text;
      },
      write: (file, text) => written.set(file, text),
      append: (file, text) => written.set(file, (written.get(file) ?? '') + text),
    },
  };
}

/** The exit code of `signalbox run …`. */
export async function runIn(around: Surroundings, ...args: readonly string[]): Promise<number> {
  let code: number = exitCodes.succeeded;
  const done = (exitCode: number) => {
    code = exitCode;
  };
  const command = await runCommand(done, args, around);
  await command.exitOverride().parseAsync([...args], { from: 'user' });
  return code;
}

/** How a connection breaks off, to `fetch`. */
export function broken(code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
}

/** Variables by which a command is an application of Entra ID. */
export const AS_APPLICATION = {
  DATABRICKS_TOKEN: '',
  ARM_CLIENT_ID: '5f0d7c1e-2b64-4c0f-9d1a-8e3b6a7f4c21',
  ARM_TENANT_ID: 'contoso',
  ARM_CLIENT_SECRET: 'a-secret-of-mine',
} as const;

/** Where it asks for its tokens. */
export const TOKENS = 'POST login.microsoftonline.com/contoso/oauth2/v2.0/token';

/** A token for the application. */
export function granted(aud: string, expiresAtMs: number): Response {
  const claims = { aud, exp: Math.floor(expiresAtMs / 1000), jti: expiresAtMs };
  const [head, body] = [{}, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return Response.json({ access_token: `${head}.${body}.signature` });
}
