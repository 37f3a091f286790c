import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { inspect } from 'node:util';

import { runIn } from '../src/cli/run/around-for-test.ts';
import { processSurroundings } from '../src/cli/run/surroundings.ts';
import type { Fetch } from '../src/lib/fetch.ts';
import { HOST, type Logins, openLogins, SECRETS } from './logins.ts';

/**
 * Every way to log in, with everything that can go wrong, in every form of output: no secret and
 * no token is in anything that is printed or written.
 */
const MAIN = path.join(import.meta.dirname, '../src/main.ts');
const AT_ONCE = 8;

const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-secrets-'));
let logins: Logins;
/** Every secret that was sent or given out, as it crossed the wire. */
const issued = new Set<string>(Object.values(SECRETS));
/** Everything that was printed, by who printed it. */
const printed: Record<string, string> = {};

before(async () => {
  logins = await openLogins(folder);
  issued.add(logins.stage.credentials.spCredential);
});

after(async () => {
  await logins[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test('two hundred runs, and as many faults, print no secret', async () => {
  const runs = [...allRuns()];
  assert(runs.length >= 200, `${runs.length} runs`);

  await inParallel(runs, async ({ name, args, env, spoil }) => {
    const file = (end: string) => path.join(folder, `${name}.${end}`);
    const lines: string[] = [];
    let sleptMs = 0;
    const around = {
      ...processSurroundings(),
      env: {
        ...env,
        HOME: folder,
        AGENT_TEMPDIRECTORY: folder,
        GITHUB_OUTPUT: file('outputs'),
        GITHUB_STEP_SUMMARY: file('md'),
      },
      fetch: spoil(listened(globalThis.fetch)),
      now: () => Date.now() + sleptMs,
      sleep: async (ms: number) => {
        sleptMs += ms;
        await wait(5);
      },
      onStop: () => () => undefined,
      result: (line: string) => lines.push(line),
      progress: (line: string) => lines.push(line),
    };
    const code = await runIn(around, ...args, `--junit=${file('xml')}`).catch((error: unknown) => {
      lines.push(inspect(error, { depth: 9 }));
      return -1;
    });
    printed[`${name} (${code})`] = lines.join('\n');
  });
  for (const name of readdirSync(folder).filter((one) => /\.(outputs|md|xml)$/.test(one))) {
    printed[name] = readFileSync(path.join(folder, name), 'utf8');
  }

  const codes = new Set(Object.keys(printed).map((name) => /\((-?\d+)\)$/.exec(name)?.[1]));
  // Green, red, refused: they did not all fail for one reason.
  for (const code of ['0', '1', '3']) assert(codes.has(code), `no run ended with ${code}`);
  assert(issued.size > 100, `only ${issued.size} secrets crossed the wire`);
  assert.deepEqual(leaksIn(printed), []);
  assert(Object.keys(printed).length > 2 * runs.length, 'hardly a report was written');
});

test('whoami prints none, whatever logs in', async () => {
  const ways = Object.entries({ ...logins.ofEntra, ...logins.ofDatabricks });
  const said: Record<string, string> = {};

  await inParallel(ways, async ([name, env], at) => {
    const args = ['whoami', `--host=${HOST}`, `--output=${at % 2 === 0 ? 'json' : 'text'}`];
    said[name] = await command(args, env);
  });

  for (const [name, text] of Object.entries(said))
    assert.match(text, /nick|sp-mlops|5f0d7c1e/, name);
  assert.deepEqual(leaksIn(said), []);
});

test('the search finds a planted secret in whatever form', () => {
  const secret = [...issued].find((one) => one.startsWith('eyJ')) ?? '';
  const own = 'a"b\\c d+e/f=g~h_i';
  issued.add(own);
  const forms: Record<string, string> = {
    raw: `x ${secret} y`,
    tail: secret.slice(-40),
    base64: Buffer.from(`user:${own}`).toString('base64'),
    'base64, moved': Buffer.from(`me:${own}`).toString('base64'),
    'base64, moved again': Buffer.from(`u:${own}`).toString('base64'),
    base64url: Buffer.from(`user:${own}`).toString('base64url'),
    hex: Buffer.from(own).toString('hex'),
    url: encodeURIComponent(own),
    form: new URLSearchParams({ secret: own }).toString(),
    json: JSON.stringify({ own }),
  };

  const found = leaksIn(forms);
  issued.delete(own);

  assert.deepEqual(found, Object.keys(forms));
});

interface OneRun {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly spoil: Spoil;
}

type Spoil = (fetch: Fetch) => Fetch;

/** Each way to log in, with each thing that goes wrong; output and CI system take turns. */
function* allRuns(): Generator<OneRun> {
  const ways = {
    ...logins.ofEntra,
    ...logins.ofDatabricks,
    pat: { DATABRICKS_TOKEN: logins.stage.credentials.nickDatabricks },
  };
  issued.add(logins.stage.credentials.nickDatabricks);
  const systems = [{}, { TF_BUILD: 'True' }, { GITHUB_ACTIONS: 'true' }];
  let count = 0;
  for (const [way, env] of Object.entries(ways)) {
    for (const [fault, spoil] of Object.entries(faults)) {
      const output = count % 2 === 0 ? 'json' : 'text';
      const name = `${count}-${way}-${fault}`;
      const what = count % 5 === 0 ? ['job', '9'] : ['notebook', '/Shared/none', `--name=${name}`];
      yield {
        name,
        args: [...what, `--output=${output}`],
        env: { DATABRICKS_HOST: HOST, ...env, ...systems[count % systems.length] },
        spoil,
      };
      count += 1;
    }
  }
}

const isLogin = (url: string) => /\/token|oidc|169\.254/.test(url);
const isStart = (url: string) => /runs\/submit|run-now/.test(url);

/** What the other side says of a request, with all that it was sent: a proxy in debug mode does. */
async function repeated(request: Request, status: number): Promise<Response> {
  const sent = `${request.headers.get('authorization') ?? ''} ${await request.clone().text()}`;
  const message = `bad request: ${sent} ${decodeURIComponent(sent.replaceAll('%', '%25'))}`;
  return Response.json({ message, error: 'invalid', error_description: message }, { status });
}

const faults: Readonly<Record<string, Spoil>> = {
  none: (fetch) => fetch,
  ended: (fetch) => instead(fetch, ({ url }) => url.includes('runs/get'), ended, 9),
  'busy login': (fetch) => instead(fetch, ({ url }) => isLogin(url), busy, 2),
  'busy start': (fetch) => instead(fetch, ({ url }) => isStart(url), busy, 2),
  'expired token': (fetch) =>
    instead(
      fetch,
      ({ url }) => isStart(url),
      (request) => repeated(request, 401),
      1,
    ),
  'refused for good': (fetch) =>
    instead(
      fetch,
      ({ url }) => isStart(url),
      (request) => repeated(request, 403),
      99,
    ),
  'refused login': (fetch) =>
    instead(
      fetch,
      ({ url }) => isLogin(url),
      (request) => repeated(request, 401),
      99,
    ),
  'wrong request': (fetch) =>
    instead(
      fetch,
      ({ url }) => isStart(url),
      (request) => repeated(request, 400),
      99,
    ),
  'page of a login': (fetch) => instead(fetch, ({ url }) => isLogin(url), signInPage, 99),
  'page of the service': (fetch) => instead(fetch, ({ url }) => isStart(url), signInPage, 99),
  'lost reply': (fetch) => losing(fetch, ({ url }) => isStart(url)),
  'lost login': (fetch) => losing(fetch, ({ url }) => isLogin(url)),
  'another shape': (fetch) =>
    instead(
      fetch,
      ({ url }) => isLogin(url),
      () => Response.json({ token: 'null' }),
      99,
    ),
  'cut short': (fetch) => instead(fetch, ({ url }) => isLogin(url), cutShort, 2),
  'not trusted': () => () => {
    const cause = Object.assign(new Error('no'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' });
    return Promise.reject(new TypeError('fetch failed', { cause }));
  },
  'our own fault': () => () => Promise.reject(new RangeError('a fault of ours')),
  'what the run gives back': (fetch) =>
    instead(
      instead(fetch, ({ url }) => url.includes('get-output'), giveBack, 9),
      ({ url }) => /runs\/get\?/.test(url),
      ended,
      9,
    ),
};

/** Its trace and its output are all that it was sent. */
async function giveBack(request: Request): Promise<Response> {
  const authorization = request.headers.get('authorization') ?? '';
  const text = `${authorization}\n${encodeURIComponent(authorization)}`;
  return Response.json({ error: text, error_trace: text, notebook_output: { result: text } });
}

function ended(): Response {
  const state = { life_cycle_state: 'TERMINATED', result_state: 'SUCCESS' };
  const run = { run_id: 7, run_page_url: `${HOST}/#job/1/run/7`, state };
  const task = { ...run, task_key: 'main', attempt_number: 0 };
  return Response.json({ ...run, job_id: 1, run_name: 'one', tasks: [task] });
}

function busy(): Response {
  return Response.json({ message: 'later' }, { status: 503, headers: { 'retry-after': '0' } });
}

/** With as much of a token as came through. */
function cutShort(): Response {
  const text = `{"access_token":"${[...issued].find((one) => one.startsWith('eyJ')) ?? 'eyJ'}`;
  return new Response(text, { headers: { 'content-type': 'application/json' } });
}

function signInPage(): Response {
  return new Response('<html>Sign in</html>', {
    status: 203,
    headers: { 'content-type': 'text/html' },
  });
}

/** Answers in the place of the other side, so many times. */
function instead(
  fetch: Fetch,
  isMeant: (request: Request) => boolean,
  answer: (request: Request) => Response | Promise<Response>,
  times: number,
): Fetch {
  let left = times;
  return async (input, init) => {
    const request = new Request(input, init);
    if (!isMeant(request) || left === 0) return await fetch(request);
    left -= 1;
    note(request.headers.get('authorization') ?? '');
    return await answer(request);
  };
}

/** It is done, and nobody hears of it. */
function losing(fetch: Fetch, isMeant: (request: Request) => boolean): Fetch {
  let left = 1;
  return async (input, init) => {
    const request = new Request(input, init);
    const response = await fetch(request);
    if (!isMeant(request) || left === 0) return response;
    left -= 1;
    const cause = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    throw new TypeError('fetch failed', { cause });
  };
}

/** Hears every secret that crosses the wire. */
function listened(fetch: Fetch): Fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    note(request.headers.get('authorization') ?? '');
    const sent = await request.clone().text();
    const form = new URLSearchParams(sent);
    for (const name of ['client_assertion', 'subject_token', 'client_secret']) {
      note(form.get(name) ?? '');
    }
    const response = await fetch(request);
    const text = await response.clone().text();
    for (const [, value = ''] of text.matchAll(/"(?:access_token|oidcToken|value)": ?"([^"]+)"/g)) {
      note(value);
    }
    return response;
  };
}

function note(text: string): void {
  const secret = text.replace(/^(Bearer|Basic) /, '');
  if (secret.length >= 8) issued.add(secret);
}

/** The names of those texts that hold a secret, in whatever form. */
function leaksIn(texts: Readonly<Record<string, string>>): readonly string[] {
  const forms = [...issued].flatMap(formsOf);
  return Object.entries(texts).flatMap(([name, text]) => {
    const found = /eyJ[\w-]{10,}\./.test(text) || forms.some((form) => text.includes(form));
    return found ? [name] : [];
  });
}

/** Of a long one its last letters will do: nothing else ends like a signature. */
function formsOf(secret: string): readonly string[] {
  const telling = secret.length > 100 ? secret.slice(-32) : secret;
  const moved = [0, 1, 2].map((by) => {
    const bytes = Buffer.from(`${'-'.repeat(by)}${telling}`).toString('base64');
    // The letters at both ends are made of what stands beside it, too.
    return bytes.replace(/=+$/, '').slice(by === 0 ? 0 : by + 1, -2);
  });
  return [
    telling,
    ...moved,
    ...moved.map((one) => one.replaceAll('+', '-').replaceAll('/', '_')),
    Buffer.from(telling).toString('hex'),
    encodeURIComponent(telling),
    new URLSearchParams({ '': telling }).toString().slice(1),
    JSON.stringify(telling).slice(1, -1),
  ];
}

async function inParallel<One>(
  all: readonly One[],
  each: (one: One, at: number) => Promise<void>,
): Promise<void> {
  const queue = all.entries();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [at, one] of queue) await each(one, at);
    }),
  );
}

function command(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve) => {
    const options = { env: { ...logins.stage.environment, ...env }, timeout: 30_000 };
    execFile(process.execPath, [MAIN, ...args], options, (_, stdout, stderr) => {
      resolve(stdout + stderr);
    });
  });
}
