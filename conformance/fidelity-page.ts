import { differences } from './differences.ts';
import type { ClientResult } from './run-client.ts';
import type { Route } from './sandbox-process.ts';

const HEAD = `# Fidelity of the sandbox

What the sandbox emulates: each endpoint, where its behaviour was read, and which real clients were seen to use it.
Made by \`npm run conformance -- --write-docs\`; what a client is said to use was read in the sandbox's journal.
An endpoint that no client is named for is held to its source by tests of its own.
`;

/** The page: `earlier` is the one there is, which is still right about clients that were not run. */
export function fidelityPage(
  routes: readonly Route[],
  results: readonly ClientResult[],
  earlier: string,
): string {
  const users = usersOf(results, earlier);
  const services = [...new Set(routes.map(({ service }) => service))];
  const parts = services.map((service) => {
    const own = routes.filter((route) => route.service === service);
    return [
      `## ${service}`,
      '',
      '| endpoint | source | used by |',
      '|---|---|---|',
      ...own.map((route) => rowOf(route, users.get(keyOf(route)) ?? new Set())),
      ...differencesOf(service),
      '',
    ].join('\n');
  });
  return `${[HEAD, ...parts].join('\n').trimEnd()}\n`;
}

/** How an endpoint is written on the page: \`POST /:tenant/oauth2/token\`. */
export function endpointOf({ method, path }: Pick<Route, 'method' | 'path'>): string {
  return `\`${method} ${path}\``;
}

function rowOf(route: Route, users: ReadonlySet<string>): string {
  const source = route.source.replaceAll('|', '\\|').replaceAll(/\s+/gu, ' ');
  return `| ${endpointOf(route)} | ${source} | ${[...users].toSorted().join(', ')} |`;
}

function differencesOf(service: string): readonly string[] {
  const own = differences.filter((one) => one.service === service);
  if (own.length === 0) return [];
  return ['', 'Known differences:', '', ...own.map(({ what, because }) => `* ${what} ${because}`)];
}

/** Who uses what: by what was seen now, and of the others by what the page said before. */
function usersOf(
  results: readonly ClientResult[],
  earlier: string,
): ReadonlyMap<string, Set<string>> {
  const users = new Map<string, Set<string>>();
  const add = (key: string, client: string) => {
    users.set(key, (users.get(key) ?? new Set()).add(client));
  };
  const seen = results.filter(({ notRun }) => notRun.length === 0);
  for (const { client, exercised, isReal } of seen) {
    if (isReal) for (const key of exercised) add(key, client);
  }
  const now = new Set(seen.map(({ client }) => client));
  for (const { key, clients } of readRows(earlier)) {
    for (const client of clients) if (!now.has(client)) add(key, client);
  }
  return users;
}

function* readRows(page: string) {
  let service = '';
  for (const line of page.split('\n')) {
    service = /^## (?<service>\S+)$/u.exec(line)?.groups?.['service'] ?? service;
    const row = /^\| `(?<endpoint>[^`]+)` \|.*\| (?<clients>[^|]*) \|$/u.exec(line)?.groups;
    if (row === undefined) continue;
    const clients = (row['clients'] ?? '').split(', ').filter((client) => client !== '');
    yield { key: `${service} ${row['endpoint'] ?? ''}`, clients };
  }
}

function keyOf({ service, method, path }: Route): string {
  return `${service} ${method} ${path}`;
}
