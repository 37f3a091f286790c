import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setGlobalProxyFromEnv } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setDefaultCACertificates } from 'node:tls';

import { SandboxReady } from './answers.ts';
import { type Credentials, makeCredentials } from './credentials.ts';
import { type StartedProcess, startProcess } from './process.ts';
import { exampleFolder, wineQualitySandbox } from './wine-quality.ts';

const SERVICE = path.join(import.meta.dirname, '../src/main.ts');
const SANDBOX = path.join(import.meta.dirname, '../sandbox/main.ts');

/** Sandbox and service as processes of their own, and a folder that is theirs. */
export interface Stage extends AsyncDisposable {
  readonly folder: string;
  readonly credentials: Credentials;
  readonly sandbox: Sandbox;
  /** `http://127.0.0.1:4400`: the same after every restart. */
  readonly serviceUrl: string;
  /** For child processes that reach the emulated hosts: git, curl. */
  readonly environment: Readonly<Record<string, string>>;
  startService(): Promise<void>;
  stopService(): Promise<void>;
  /** `kill -9` */
  killService(): Promise<void>;
}

/** Where its pages can be opened and where it is administered, its proxy and its authority. */
export type Sandbox = SandboxReady;

export interface StageOptions {
  /** Port of the service; 0 takes a free one. */
  readonly port?: number;
  /** Changes what the service is told its client secret is. */
  readonly spCredential?: (credentials: Credentials) => string;
  /** What the sandbox begins with. */
  readonly config?: (credentials: Credentials) => unknown;
  /** Settings over those of the file: `engine.poll=1s`. */
  readonly settings?: readonly string[];
  /** The service's configuration file. */
  readonly serviceConfig?: string;
}

// The real services take minutes where the sandbox takes a moment.
const HURRY = [
  'engine.settle=2s',
  'engine.poll=250ms',
  'engine.proof_wait=1s',
  'sources.prod-registry.reconcile=1s',
];

/** Starts the sandbox; the service is started by the story, when its time has come. */
export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-'));
  const credentials = makeCredentials();
  const config = (options.config ?? wineQualitySandbox)(credentials);
  const { process: sandboxProcess, ...sandbox } = await startSandbox(folder, config);
  reachEmulatedHosts(sandbox);
  let service: StartedProcess | null = null;
  let url = '';

  const environment = { ...baseEnvironment(folder), ...sandbox.env };
  const serviceEnvironment = {
    ...environment,
    SP_CREDENTIAL: (options.spCredential ?? ((all) => all.spCredential))(credentials),
    SIGNALBOX_SIGNING_SECRET: credentials.signingSecret,
  };
  return {
    folder,
    credentials,
    sandbox,
    environment,
    get serviceUrl() {
      return url;
    },
    async startService() {
      const port = url === '' ? (options.port ?? 0) : Number(new URL(url).port);
      const file = options.serviceConfig ?? path.join(exampleFolder, 'signalbox.yaml');
      service = await startProcess({
        args: [
          SERVICE,
          'serve',
          `--config=${file}`,
          `--data=${path.join(folder, 'service')}`,
          `--listen=127.0.0.1:${port}`,
          `--browse=${sandbox.admin}`,
          '--stop-within=3s',
          ...[...HURRY, ...(options.settings ?? [])].map((setting) => `--set=${setting}`),
        ],
        env: serviceEnvironment,
        logFile: path.join(folder, 'service.log'),
        readyOn: 'stderr',
        readyPattern: /listens on http/,
      });
      url = /http\S+/.exec(service.ready)?.[0] ?? '';
    },
    async stopService() {
      await service?.stop();
      service = null;
    },
    async killService() {
      await service?.kill();
      service = null;
    },
    async [Symbol.asyncDispose]() {
      await service?.stop();
      await sandboxProcess.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function startSandbox(folder: string, config: unknown) {
  const configFile = path.join(folder, 'sandbox.json');
  const workDir = path.join(folder, 'sandbox');
  mkdirSync(workDir, { mode: 0o700 });
  writeFileSync(configFile, JSON.stringify(config), { mode: 0o600 });
  chmodSync(folder, 0o700);
  const started = await startProcess({
    args: [SANDBOX, configFile, `--work-dir=${workDir}`],
    env: baseEnvironment(folder),
    logFile: path.join(folder, 'sandbox.log'),
    readyOn: 'stdout',
    readyPattern: /"ready":\s*true/,
  });
  // It holds secrets, and has been read.
  rmSync(configFile);
  return { process: started, ...SandboxReady.parse(JSON.parse(started.ready)) };
}

/** Our own calls go through the sandbox's proxy from now on, and believe its certificates. */
function reachEmulatedHosts({ env, ca }: Sandbox): void {
  setGlobalProxyFromEnv({ ...env });
  setDefaultCACertificates([readFileSync(ca, 'utf8')]);
}

/** What a child process needs of ours, and nothing that would lead it elsewhere. */
function baseEnvironment(folder: string): Record<string, string> {
  const kept = ['PATH', 'LANG', 'LC_ALL', 'TMPDIR', 'NODE_COMPILE_CACHE', 'SYSTEMROOT'];
  const entries = kept.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(entries), HOME: folder };
}
