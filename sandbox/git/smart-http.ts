import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

import { type Processes, signalGroup } from './processes.ts';
import type { Repository } from './repository.ts';
import { gitEnvironment } from './run-git.ts';

export type GitService = 'git-upload-pack' | 'git-receive-pack';

/** The service that a `service=` parameter or the end of a path names; null: git has no such. */
export function gitService(name: string | null): GitService | null {
  return name === 'git-upload-pack' || name === 'git-receive-pack' ? name : null;
}

/**
 * The refs of a repository, as git asks for them before it fetches or pushes.
 * Source: git's Documentation/gitprotocol-http.txt, "Smart Clients"
 */
export async function advertiseRefs(
  processes: Processes,
  repository: Repository,
  service: GitService,
  request: Request,
): Promise<Response> {
  const child = start(processes, repository, service, request, ['--advertise-refs']);
  child.stdin.end();
  const refs = await buffer(child.stdout);
  const heading = Buffer.from(`${pktLine(`# service=${service}\n`)}0000`);
  // With protocol version 2 there is no heading.
  const body = version(request) === 'version=2' ? refs : Buffer.concat([heading, refs]);
  return answer(new Uint8Array(body), `application/x-${service}-advertisement`);
}

/** Takes a fetch or a push from git, and answers what git answers, as it comes. */
export async function exchangePack(
  processes: Processes,
  repository: Repository,
  service: GitService,
  request: Request,
): Promise<Response> {
  const child = start(processes, repository, service, request, []);
  const sent = send(request, child.stdin);
  if (service === 'git-upload-pack') {
    return answer(
      streamOf(child.stdout, () => signalGroup(child.pid, 'SIGKILL')),
      `application/x-${service}-result`,
    );
  }
  // A push is answered when its refs have changed: what follows from them can then be looked up.
  const closed = once(child, 'close');
  const result = await buffer(child.stdout);
  await Promise.all([sent, closed]);
  return answer(new Uint8Array(result), `application/x-${service}-result`);
}

function start(
  processes: Processes,
  repository: Repository,
  service: GitService,
  request: Request,
  more: readonly string[],
) {
  const command = service.slice('git-'.length);
  const child = processes.start('git', [command, '--stateless-rpc', ...more, repository.dir], {
    cwd: repository.dir,
    env: { ...gitEnvironment(), GIT_PROTOCOL: version(request) },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  if (!child.stdin || !child.stdout) throw new Error('git was started without pipes');
  return Object.assign(child, { stdin: child.stdin, stdout: child.stdout });
}

async function send(request: Request, to: NodeJS.WritableStream): Promise<void> {
  const body = Readable.from(request.body ?? []);
  try {
    if (request.headers.get('content-encoding') === 'gzip') {
      await pipeline(body, createGunzip(), to);
    } else {
      await pipeline(body, to);
    }
  } catch {
    // git stopped reading: its answer says why.
  }
}

/** The output of git as the body of an answer; git is stopped when nobody reads it any more. */
function streamOf(output: Readable, stop: () => void): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<unknown, unknown> = output[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (value instanceof Uint8Array) controller.enqueue(value);
      if (done === true) controller.close();
    },
    cancel: stop,
  });
}

function version(request: Request): string {
  const asked = request.headers.get('git-protocol') ?? '';
  return /^version=[0-9]$/.test(asked) ? asked : '';
}

function pktLine(line: string): string {
  return (line.length + 4).toString(16).padStart(4, '0') + line;
}

function answer(body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>, type: string) {
  return new Response(body, { headers: { 'content-type': type, 'cache-control': 'no-cache' } });
}
