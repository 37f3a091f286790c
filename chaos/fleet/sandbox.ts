import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setGlobalProxyFromEnv } from 'node:http';
import path from 'node:path';
import { setDefaultCACertificates } from 'node:tls';

import { z } from 'zod';

import { type Child, startChild } from './child.ts';
import { type Organization, PROJECT, REPORTED, sandboxConfig, WORKSPACE } from './organization.ts';
import { within } from './within.ts';

/** The sandbox as a process, and the driver's own way to it. */
export interface FleetSandbox extends AsyncDisposable {
  readonly child: Child;
  readonly proxyPort: number;
  /** For a process that reaches the emulated hosts through another port. */
  environment(proxyPort: number): Readonly<Record<string, string>>;
  /** Adds a fault; resolves to its id. */
  addFault(rule: unknown): Promise<string>;
  removeFault(id: string): Promise<void>;
  /** How often each fault has struck, by its id. */
  strikes(): Promise<ReadonlyMap<string, number>>;
  /** Every run of every pipeline. */
  builds(): Promise<readonly BuildSeen[]>;
  /** What was said so far about the version that is reported on, one text for each comment. */
  comments(): readonly string[];
}

const Ready = z.object({
  admin: z.string(),
  proxy: z.string(),
  ca: z.string(),
  env: z.record(z.string(), z.string()),
});

const BuildSeen = z.object({
  id: z.int(),
  status: z.string(),
  result: z.string().nullish(),
  definition: z.object({ id: z.int() }),
  templateParameters: z.record(z.string(), z.string()),
});
/** A run as Azure DevOps tells of it. */
export type BuildSeen = z.infer<typeof BuildSeen>;
const Builds = z.object({ value: z.array(BuildSeen) });
const Faults = z.object({ faults: z.array(z.object({ id: z.string(), struck: z.int() })) });
const JournalEntry = z.object({
  path: z.string(),
  action: z.string().nullable(),
  request: z.unknown(),
});

const MAIN = path.join(import.meta.dirname, '../../sandbox/main.ts');
const READY_WITHIN_MS = 60_000;

/** Starts a sandbox in a folder of its own. */
export async function openSandbox(
  folder: string,
  organization: Organization,
): Promise<FleetSandbox> {
  const work = path.join(folder, 'work');
  mkdirSync(work, { recursive: true, mode: 0o700 });
  const config = path.join(folder, 'sandbox.json');
  writeFileSync(config, JSON.stringify(sandboxConfig(organization)), { mode: 0o600 });
  const log = path.join(folder, 'sandbox.log');
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder };
  const child = startChild([MAIN, config, `--work-dir=${work}`], { env, log });
  const ready = await within(READY_WITHIN_MS, 'the sandbox', async () => {
    if (child.isOver()) throw new Error(`the sandbox ended: ${readFileSync(log, 'utf8')}`);
    const line = /^\{"ready".*$/m.exec(readFileSync(log, 'utf8'))?.[0];
    return line === undefined ? null : Ready.parse(JSON.parse(line));
  });
  // The driver's own calls go there, too, and believe its certificates.
  setGlobalProxyFromEnv({ ...ready.env });
  setDefaultCACertificates([readFileSync(ready.ca, 'utf8')]);
  await registerReported(organization);
  const admin = adminOf(ready.admin, organization.adminToken);
  const heard = hearComments(ready.admin, organization.adminToken);

  return {
    child,
    proxyPort: Number(new URL(ready.proxy).port),
    environment: (port) => through(ready, port),
    async addFault(rule) {
      return z.object({ id: z.string() }).parse(await admin('POST', 'faults', rule)).id;
    },
    async removeFault(id) {
      await admin('DELETE', `faults/${id}`);
    },
    async strikes() {
      const { faults } = Faults.parse(await admin('GET', 'faults'));
      return new Map(faults.map(({ id, struck }) => [id, struck]));
    },
    builds: () => listBuilds(organization),
    comments: () => heard.comments,
    async [Symbol.asyncDispose]() {
      heard.stop();
      child.signal('SIGKILL');
      await child.ended;
    },
  };
}

/** The variables that lead to the sandbox, by another port. */
function through({ env, proxy }: z.infer<typeof Ready>, port: number): Record<string, string> {
  const here = new URL(proxy).host;
  return Object.fromEntries(
    Object.entries(env).map(([name, text]) => [name, text.replaceAll(here, `127.0.0.1:${port}`)]),
  );
}

/** Writes down what is said about the version that is reported on. */
function hearComments(admin: string, token: string) {
  const comments: string[] = [];
  const listening = new AbortController();
  const url = `${admin}/_sandbox/journal/stream?service=databricks`;
  const headers = { authorization: `Bearer ${token}` };
  void hear(url, { headers, signal: listening.signal }, ({ action, path: asked, request }) => {
    // An action that ran said it, whether or not its answer arrived.
    const isComment = action !== null && asked.endsWith('/comments/create');
    if (isComment) comments.push(JSON.stringify(request));
  }).catch(() => undefined);
  return { comments, stop: () => listening.abort() };
}

/** Reads the journal as it is written; it keeps the last entries only. */
async function hear(
  url: string,
  init: RequestInit,
  each: (entry: z.infer<typeof JournalEntry>) => void,
): Promise<void> {
  const response = await fetch(url, init);
  let rest = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('data: ')) each(JournalEntry.parse(JSON.parse(line.slice(6))));
    }
  }
}

type Admin = (method: string, what: string, body?: unknown) => Promise<unknown>;

function adminOf(url: string, token: string): Admin {
  return async (method, what, body) => {
    const response = await fetch(`${url}/_sandbox/${what}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${what}: ${response.status} ${text}`);
    const answer: unknown = text === '' ? null : JSON.parse(text);
    return answer;
  };
}

async function registerReported({ databricksToken }: Organization): Promise<void> {
  const post = async (action: string, body: unknown) => {
    const response = await fetch(`https://${WORKSPACE}/api/2.0/mlflow/${action}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${databricksToken}` },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${action}: ${response.status} ${await response.text()}`);
  };
  const { model: name } = REPORTED;
  await post('registered-models/create', { name });
  await post('model-versions/create', { name, source: 'dbfs:/none' });
}

async function listBuilds({ azureToken }: Organization): Promise<readonly BuildSeen[]> {
  const authorization = `Basic ${Buffer.from(`:${azureToken}`).toString('base64')}`;
  const builds: BuildSeen[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const url = new URL(`${PROJECT}/_apis/build/builds`);
    const query = { 'api-version': '7.1', queryOrder: 'queueTimeAscending', $top: '5000' };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    if (next !== '') url.searchParams.set('continuationToken', next);
    const response: Response = await fetch(url, { headers: { authorization } });
    builds.push(...Builds.parse(await response.json()).value);
    next = response.headers.get('x-ms-continuationtoken');
  }
  return builds;
}
