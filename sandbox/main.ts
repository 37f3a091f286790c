import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { openSandbox } from './open-sandbox.ts';
import { ConfigError, readConfig } from './read-config.ts';

const USAGE =
  'usage: node sandbox/main.ts CONFIG [--work-dir DIR] [--proxy-port N] [--admin-port N]';

interface Arguments {
  readonly config: string;
  readonly workDir: string | undefined;
  readonly ports: { readonly proxy: number | undefined; readonly admin: number | undefined };
}

async function main(): Promise<void> {
  const { config: path, workDir: wanted, ports } = argumentsOf(process.argv.slice(2));
  const config = await readConfig(path);
  const stopped = nextSignal();

  await using opened = new AsyncDisposableStack();
  const workDir = wanted === undefined ? await temporary(opened) : resolve(wanted);
  const sandbox = opened.use(await openSandbox(config, { workDir, ports, log }));

  const { proxyUrl: proxy, adminUrl: admin, caPath: ca, environment: env } = sandbox;
  console.log(JSON.stringify({ ready: true, proxy, admin, ca, env }));
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

try {
  await main();
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exitCode = error instanceof ConfigError ? 2 : 1;
}
