import type { Action, Call, Method } from './action.ts';
import { bodyOfGet } from './body-of-get.ts';

/** The emulator of one vendor's service, reached under the vendor's own host names. */
export interface Service {
  readonly name: string;
  /** `http`: reached without TLS, through the proxy. Left out: https. */
  readonly scheme?: 'http' | undefined;
  /** Beginning of its paths, for one that is reached on the admin port and nowhere else: `/msi/`. */
  readonly local?: string | undefined;
  /** What it answers, in the order in which it is looked for. */
  readonly routes: readonly Route[];
  serves(host: string): boolean;
  handle(request: Request): Promise<Handled>;
}

/** An endpoint, and where its behaviour was read. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly source: string;
}

export interface Handled {
  readonly response: Response;
  /** Who called, if a credential was accepted. */
  readonly principal: string | null;
  /** The path pattern of the action that answered; null: no such route. */
  readonly action: string | null;
}

interface Definition<State> {
  readonly name: string;
  readonly scheme?: 'http' | undefined;
  readonly local?: string | undefined;
  readonly serves: (host: string) => boolean;
  readonly actions: readonly Action<State>[];
  readonly state: State;
  readonly now: () => number;
  /** The vendor's own answer for a route it does not have: never a 200. */
  readonly notFound: (request: Request) => Response;
  /** Turns what an action threw into the vendor's error shape. */
  readonly onError: (error: unknown, request: Request) => Response;
  /** Azure DevOps matches paths without regard to case. */
  readonly ignoreCase?: boolean;
}

/** Ties actions to one service: first match wins, and what matches none gets the vendor's own 404. */
export function defineService<State>(definition: Definition<State>): Service {
  const { name, scheme, local, serves, state, now, notFound, onError } = definition;
  const routes = definition.actions.map((action) => ({
    action,
    pattern: compile(action.path, definition.ignoreCase ?? false),
  }));

  return {
    name,
    scheme,
    local,
    routes: definition.actions.map(({ method, path, source }) => ({ method, path, source })),
    serves,
    async handle(request) {
      const url = new URL(request.url);
      const found = find(routes, request.method, url.pathname);
      if (!found) return { response: notFound(request), principal: null, action: null };

      const caller: { principal: string | null } = { principal: null };
      const call: Call<State> = {
        request,
        url,
        params: found.params,
        state,
        now,
        ...bodyOf(request),
        identify: (principal) => {
          caller.principal = principal;
        },
      };
      const response = await answer(found.action, call, onError);
      return { response, principal: caller.principal, action: found.action.path };
    },
  };
}

interface Compiled<State> {
  readonly action: Action<State>;
  readonly pattern: RegExp;
}

function find<State>(routes: readonly Compiled<State>[], method: string, path: string) {
  for (const { action, pattern } of routes) {
    const match = action.method === method ? pattern.exec(path) : null;
    if (match) return { action, params: decoded(match.groups ?? {}) };
  }
  return null;
}

async function answer<State>(
  action: Action<State>,
  call: Call<State>,
  onError: Definition<State>['onError'],
): Promise<Response> {
  try {
    return await action.handle(call);
  } catch (error) {
    return onError(error, call.request);
  }
}

function compile(path: string, ignoreCase: boolean): RegExp {
  const source = path
    .split('/')
    .map((part) => {
      if (part.startsWith(':')) return `(?<${part.slice(1)}>[^/]+)`;
      return part === '*' ? '(?<rest>.*)' : RegExp.escape(part);
    })
    .join('/');
  return new RegExp(`^${source}/?$`, ignoreCase ? 'iu' : 'u');
}

function decoded(groups: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(groups).map(([name, value]) => [name, percentDecoded(value)]),
  );
}

function percentDecoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // a lone percent sign stands for itself, and then for nothing that exists
  }
}

function bodyOf(request: Request) {
  let read: Promise<string> | undefined;
  const text = () => {
    const said = bodyOfGet(request);
    read ??= said.length > 0 ? Promise.resolve(new TextDecoder().decode(said)) : request.text();
    return read;
  };
  const json = async (): Promise<unknown> => {
    const body = await text();
    return body === '' ? {} : JSON.parse(body);
  };
  return { text, json };
}
