import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { openSandbox } from './open-sandbox.ts';
import { ConfigError, readConfig } from './read-config.ts';
import { writeState } from './state-file.ts';

const USAGE =
  'usage: node sandbox/main.ts CONFIG [--work-dir DIR] [--state FILE] [--proxy-port N] [--admin-port N]';

interface Arguments {
  readonly config: string;
  readonly workDir: string | undefined;
  /** Where other commands find out how to reach it. */
  readonly state: string | undefined;
  readonly ports: { readonly proxy: number | undefined; readonly admin: number | undefined };
}

interface Options {
  readonly onReady: () => void;
}

/** Runs a sandbox until a signal ends it, and resolves to the exit code: 2 if it was told wrongly. */
export async function runSandbox(args: readonly string[], options: Options): Promise<number> {
  try {
    await run(argumentsOf(args), options);
    return 0;
  } catch (error) {
    const isTheirs = error instanceof ConfigError;
    log(isTheirs ? error.message : stackOf(error));
    return isTheirs ? 2 : 1;
  }
}

async function run(
  { config: path, workDir: wanted, state: stateFile, ports }: Arguments,
  { onReady }: Options,
): Promise<void> {
  const config = await readConfig(path);
  const stopped = nextSignal();

  await using opened = new AsyncDisposableStack();
  const workDir = wanted === undefined ? await temporary(opened) : resolve(wanted);
  const sandbox = opened.use(await openSandbox(config, { workDir, ports, log }));

  const { proxyUrl: proxy, adminUrl: admin, caPath: ca, environment: env } = sandbox;
  if (stateFile !== undefined) {
    const state = { pid: process.pid, admin, token: config.admin_token };
    opened.use(await writeState(resolve(stateFile), state));
  }
  process.stdout.write(`${JSON.stringify({ ready: true, proxy, admin, ca, env })}\n`);
  onReady();
  log(`the sandbox stops: ${await stopped}`);
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

function argumentsOf(args: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'work-dir': { type: 'string' },
        state: { type: 'string' },
        'proxy-port': { type: 'string' },
        'admin-port': { type: 'string' },
      },
    });
    const [config, ...more] = positionals;
    if (config === undefined || more.length > 0)
      throw new ConfigError('one configuration file is needed');
    return {
      config,
      workDir: values['work-dir'],
      state: values.state,
      ports: { proxy: portOf(values['proxy-port']), admin: portOf(values['admin-port']) },
    };
  } catch (error) {
    throw new ConfigError(`${messageOf(error)}\n${USAGE}`, { cause: error });
  }
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,5}$/u.test(text) && Number(text) < 65_536) return Number(text);
  throw new ConfigError(`${text} is not a port`);
}

async function temporary(opened: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-sandbox-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function nextSignal(): Promise<string> {
  const { promise, resolve: done } = Promise.withResolvers<string>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, done);
  return promise;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
