import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

import { waitFor } from '../../demo/wait-for.ts';
import type { Check } from '../check.ts';
import type { Client } from '../client.ts';
import { makePythonEnvironment, pinnedVersion } from '../preparations/python-environment.ts';
import { runProgram } from '../run-program.ts';
import type { SandboxProcess } from '../sandbox-process.ts';
import { readProgram } from '../sentences.ts';

const FOLDER = path.join(import.meta.dirname, '../python');
const START_MS = 90_000;

/** The client of MLflow, whose every call is answered by a real server too, and compared. */
export const mlflow: Client = {
  name: 'mlflow (Python)',
  sentences: () => stepsIn(readProgram('python/mlflow_registry.py')),
  async prepare() {
    const version = pinnedVersion('mlflow');
    const made = await makePythonEnvironment();
    if (made.kind === 'absent') return { kind: 'absent', version, because: made.because };
    return {
      kind: 'ready',
      version: version ?? '',
      run: (sandbox, check) => run(made.python, sandbox, check),
    };
  },
};

/** Each step is a check: `("list_webhooks", lambda: …)`. */
function stepsIn(program: string): readonly string[] {
  const steps = [...program.matchAll(/^ {8}\("(?<step>\w+)", /gmu)];
  const names = [...steps.map(({ groups }) => groups?.['step'] ?? ''), 'delete_webhook', 'webhook'];
  return names.map((name) => `${name.replaceAll('_', ' ')}: every answer is that of a real server`);
}

async function run(python: string, sandbox: SandboxProcess, check: Check): Promise<void> {
  await using server = await startServer(python, sandbox);
  const program = {
    command: python,
    args: ['mlflow_compared.py'],
    cwd: FOLDER,
    environment: { REAL_MLFLOW: server.url },
  };
  await runProgram(program, sandbox, check);
}

interface Server extends AsyncDisposable {
  readonly url: string;
}

/** A real `mlflow server`, with a registry in a file, that sends webhooks to this machine too. */
async function startServer(
  python: string,
  { environment, scene }: SandboxProcess,
): Promise<Server> {
  const folder = path.join(scene.folder, 'mlflow');
  mkdirSync(folder);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = ['-m', 'mlflow', 'server', `--port=${port}`, '--host=127.0.0.1', '--workers=1'];
  // The emulator keeps no artifacts for others either.
  const child = spawn(
    python,
    [...args, '--no-serve-artifacts', '--backend-store-uri=sqlite:///mlflow.db'],
    {
      cwd: folder,
      env: {
        ...environment,
        MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
        MLFLOW_DISABLE_TELEMETRY: 'true',
        MLFLOW_WEBHOOK_ALLOWED_SCHEMES: 'http,https',
        MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS: 'true',
        MLFLOW_WEBHOOK_CACHE_TTL: '0',
        MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64url') + '=',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
      // uvicorn starts workers: they end with it, being of its group.
      detached: true,
    },
  );
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const { promise: exited, resolve } = Promise.withResolvers<void>();
  child.once('close', () => resolve());
  const stop = async () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
    const timer = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), 10_000);
    await exited;
    clearTimeout(timer);
  };
  try {
    await waitFor('a real mlflow server', () => isHealthy(url), START_MS);
  } catch (error) {
    await stop();
    throw new Error(`${String(error)}: ${said.join('').slice(-1_000)}`, { cause: error });
  }
  return { url, [Symbol.asyncDispose]: stop };
}

async function isHealthy(url: string): Promise<true | null> {
  try {
    return (await fetch(`${url}/health`)).ok ? true : null;
  } catch {
    return null;
  }
}

function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer().listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
  });
  return promise;
}
