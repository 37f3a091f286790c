import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The repository's address as the sandbox's clients know it. */
export const GIT_URL = 'https://dev.azure.com/contoso/MLFlowHooks/_git/wine-quality';

/** A git repository that is really served over HTTP, for a test. */
export interface ServedRepository {
  /** With these variables git finds GIT_URL on this machine. */
  readonly environment: Record<string, string>;
  /** The Authorization header of each request that git made. */
  readonly authorizations: readonly (string | undefined)[];
  /** Writes files, commits them to a branch, and gives the commit. */
  commit(branch: string, files: Readonly<Record<string, string>>): Promise<string>;
  git(...args: string[]): Promise<string>;
}

/** Serves a repository to those whose Authorization header is `wanted`; all else gets a 401. */
export async function serveRepository(t: TestContext, wanted: string): Promise<ServedRepository> {
  const folder = await mkdtemp(join(tmpdir(), 'served-'));
  const tree = join(folder, 'tree');
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    if (request.headers.authorization === wanted) serve(folder, request, response);
    else response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close').catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  });

  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const config = join(folder, 'gitconfig');
  const user = '[user]\n\tname = Test\n\temail = test@example.com\n';
  const instead = `[url "http://127.0.0.1:${port}/tree/.git"]\n\tinsteadOf = ${GIT_URL}\n`;
  await writeFile(config, user + instead);
  const environment = { GIT_CONFIG_GLOBAL: config };
  const git = async (...args: string[]) => {
    const env = { PATH: process.env['PATH'] ?? '', ...environment };
    return (await run('git', ['-C', tree, ...args], { env })).stdout.trim();
  };
  await mkdir(tree);
  await git('init', '--quiet', '--initial-branch=main');
  await git('commit', '--quiet', '--allow-empty', '-m', 'Begin');

  return {
    environment,
    authorizations,
    git,
    async commit(branch, files) {
      await git('checkout', '--quiet', '-B', branch);
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(tree, path)), { recursive: true });
        await writeFile(join(tree, path), text);
      }
      await git('add', '.');
      await git('commit', '--quiet', '-m', 'Change');
      return git('rev-parse', 'HEAD');
    },
  };
}

/** One CGI call of git's own server. Source: git-http-backend(1). */
function serve(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      REQUEST_METHOD: request.method ?? 'GET',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
    },
  });
  request.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  backend.once('close', () => {
    const answer = Buffer.concat(chunks);
    const end = answer.indexOf('\r\n\r\n');
    for (const line of answer.toString('latin1', 0, end).split('\r\n')) {
      const [name = '', value = ''] = line.split(': ');
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.end(answer.subarray(end + 4));
  });
}
