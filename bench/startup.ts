import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';

import { buildPackage } from '../tools/build.ts';
import type { Bench, BenchOptions, Measured } from './bench.ts';
import { type Figures, figureOf, inTurn, ratioOf } from './rounds.ts';
import { median } from './statistics.ts';

const SOURCE = path.join(import.meta.dirname, '../src/main.ts');
/** One start is over too soon to say much. */
const STARTS = 9;
const QUICK_STARTS = 3;

/** How long commands take to start: of the package that is built, and of the source. */
export const startup: Bench = {
  name: 'startup',
  what: 'Commands of the npm package, from the start of the process to its end or to the first request of `signalbox run`, against `node -e 0`; beside it the same from the source.',
  async run(options: BenchOptions): Promise<readonly Measured[]> {
    const built = path.join(options.folder, 'package');
    await buildPackage(built);
    const home = path.join(options.folder, 'home');
    mkdirSync(home);
    const each = (start: () => Promise<number>) => () => often(options, start);
    const program = path.join(built, 'signalbox.js');
    const rounds = await inTurn(options, [
      { name: 'node', run: each(() => toItsEnd(['-e', '0'])) },
      { name: 'version', run: each(() => toItsEnd([program, '--version'])) },
      { name: 'help', run: each(() => toItsEnd([program, 'run', '--help'])) },
      { name: 'request', run: each(() => toFirstRequest([program, ...JOB], home)) },
      { name: 'source version', run: each(() => toItsEnd([SOURCE, '--version'])) },
      { name: 'source help', run: each(() => toItsEnd([SOURCE, 'run', '--help'])) },
      { name: 'source request', run: each(() => toFirstRequest([SOURCE, ...JOB], home)) },
    ]);
    const figure = 'ms';
    const time = (of: string, what: string, most?: number) =>
      figureOf(rounds, {
        of,
        figure,
        what,
        unit: 'ms',
        ...(most !== undefined && { limit: { kind: 'at_most', value: most } }),
      });
    const ratio = (of: string, what: string) =>
      ratioOf(rounds, { of, to: 'node', figure, what, limit: { kind: 'at_most', value: 1.6 } });
    return [
      time('node', '`node -e 0`'),
      ratio('version', '`signalbox --version` against `node -e 0`'),
      ratio('help', '`signalbox run --help` against `node -e 0`'),
      time('request', '`signalbox run job`, to its first request', 350),
      time('source version', 'from the source: `--version`'),
      time('source help', 'from the source: `run --help`'),
      time('source request', 'from the source: `run job`, to its first request'),
    ];
  },
};

const JOB = ['run', 'job', '1'];

async function often({ isQuick }: BenchOptions, start: () => Promise<number>): Promise<Figures> {
  const times: number[] = [];
  while (times.length < (isQuick ? QUICK_STARTS : STARTS)) times.push(await start());
  return { ms: median(times) };
}

async function toItsEnd(args: readonly string[]): Promise<number> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [...args], { stdio: 'ignore', env: {} });
  await once(child, 'exit');
  return performance.now() - startedMs;
}

/** To the connection: what comes after it depends on the other side. */
async function toFirstRequest(args: readonly string[], home: string): Promise<number> {
  const { promise: asked, resolve } = Promise.withResolvers<number>();
  const server = await listening((socket) => {
    resolve(performance.now());
    socket.destroy();
  });
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const startedMs = performance.now();
  const child = spawn(process.execPath, [...args], {
    stdio: 'ignore',
    env: {
      HOME: home,
      DATABRICKS_HOST: `https://127.0.0.1:${port}`,
      DATABRICKS_TOKEN: 'a-token-of-the-benchmark',
    },
  });
  const askedMs = await asked;
  child.kill('SIGKILL');
  await once(child, 'exit');
  server.close();
  return askedMs - startedMs;
}

async function listening(onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer(onConnection);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
