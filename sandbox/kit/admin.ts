import { createServer } from 'node:http';
import { z } from 'zod';

import type { Action } from './action.ts';
import type { Clock } from './clock.ts';
import { Fault, type Faults } from './faults.ts';
import { isSameSecret } from './is-same-secret.ts';
import { type Journal, type JournalEntry } from './journal.ts';
import { type Listening, listen } from './listen.ts';
import { mirror } from './mirror.ts';
import type { Proxy } from './proxy.ts';
import { serveFetch } from './serve-fetch.ts';
import { defineService, type Service } from './service.ts';

/** What can be looked at and changed from outside while a sandbox runs. */
export interface Controls {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly refusedHosts: Proxy['refusedHosts'];
  readonly services: () => readonly Service[];
}

interface Options extends Controls {
  readonly port?: number | undefined;
  /** Asked of whoever wants more than to look at pages. */
  readonly token: string;
  readonly log: (line: string) => void;
}

/** The sandbox's own interface, plain http on the loopback interface, and its mirror of pages. */
export async function openAdmin({ port, token, log, ...controls }: Options): Promise<Listening> {
  const admin = defineService({
    name: 'admin',
    serves: isLoopback,
    actions: [
      health,
      routes,
      journal,
      journalStream,
      listFaults,
      addFault,
      removeFault,
      clearFaults,
      clock,
      refusedHosts,
    ],
    state: controls,
    now: controls.clock.now,
    notFound: (request) => failure(404, `no ${request.method} ${new URL(request.url).pathname}`),
    onError: (error) => failureOf(error),
  });

  const respond = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    // A page elsewhere that had its name point to 127.0.0.1 would send that name.
    if (!isLoopback(url.hostname)) return failure(403, `${url.hostname} is not this machine`);
    if (!url.pathname.startsWith('/_sandbox/')) return mirror(request, controls.services());
    if (!bears(request, token)) return failure(401, 'the admin token is missing or wrong');
    return (await admin.handle(request)).response;
  };
  const server = createServer();
  server.on(
    'request',
    serveFetch({
      scheme: 'http',
      now: controls.clock.now,
      log,
      answer: async (request) => ({ kind: 'response', response: await respond(request) }),
    }),
  );
  return listen(server, port);
}

type ControlAction = Action<Controls>;

const source = 'our own';

const health: ControlAction = {
  method: 'GET',
  path: '/_sandbox/health',
  source,
  handle: ({ state, now }) =>
    Response.json({
      status: 'ok',
      now_ms: now(),
      services: state.services().map((service) => service.name),
    }),
};

const routes: ControlAction = {
  method: 'GET',
  path: '/_sandbox/routes',
  source,
  handle: ({ state }) =>
    Response.json({
      routes: state
        .services()
        .flatMap(({ name, routes: all }) => all.map((route) => ({ service: name, ...route }))),
    }),
};

const journal: ControlAction = {
  method: 'GET',
  path: '/_sandbox/journal',
  source,
  handle({ state, url }) {
    const entries = state.journal.since(seqOf(url)).filter(ofService(url));
    return Response.json({ entries });
  },
};

const journalStream: ControlAction = {
  method: 'GET',
  path: '/_sandbox/journal/stream',
  source: 'https://html.spec.whatwg.org/multipage/server-sent-events.html',
  handle({ request, state, url }) {
    const wanted = ofService(url);
    const last = request.headers.get('last-event-id');
    const after = last === null ? seqOf(url) : Number(last) || 0;
    let unsubscribe: (() => void) | undefined;
    const body = new ReadableStream<string>({
      start(controller) {
        const tell = (entry: JournalEntry) => {
          if (wanted(entry))
            controller.enqueue(`id: ${entry.seq}\ndata: ${JSON.stringify(entry)}\n\n`);
        };
        controller.enqueue(': the journal, entry by entry\n\n');
        for (const entry of state.journal.since(after)) tell(entry);
        unsubscribe = state.journal.subscribe(tell);
      },
      cancel: () => unsubscribe?.(),
    });
    return new Response(body.pipeThrough(new TextEncoderStream()), {
      headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
    });
  },
};

const listFaults: ControlAction = {
  method: 'GET',
  path: '/_sandbox/faults',
  source,
  handle: ({ state }) => Response.json({ faults: state.faults.list() }),
};

const addFault: ControlAction = {
  method: 'POST',
  path: '/_sandbox/faults',
  source,
  async handle({ state, ...call }) {
    const fault = Fault.parse(await call.json());
    if (fault.service !== undefined && !isServed(fault.service, state)) {
      return failure(400, `service: there is no service ${fault.service}`);
    }
    const id = state.faults.add(fault);
    if (id === null) return failure(409, `there is a fault ${fault.id} already`);
    return Response.json({ id }, { status: 201 });
  },
};

const removeFault: ControlAction = {
  method: 'DELETE',
  path: '/_sandbox/faults/:id',
  source,
  handle: ({ state, params: { id = '' } }) =>
    state.faults.remove(id)
      ? new Response(null, { status: 204 })
      : failure(404, `there is no fault ${id}`),
};

const clearFaults: ControlAction = {
  method: 'DELETE',
  path: '/_sandbox/faults',
  source,
  handle({ state }) {
    state.faults.clear();
    return new Response(null, { status: 204 });
  },
};

// Backwards it does not go: what has expired would come back to life.
const Advance = z.strictObject({ advance_ms: z.int().min(0) });

const clock: ControlAction = {
  method: 'POST',
  path: '/_sandbox/clock',
  source,
  async handle({ state, ...call }) {
    const { advance_ms } = Advance.parse(await call.json());
    state.clock.advance(advance_ms);
    return Response.json({ now_ms: state.clock.now() });
  },
};

const refusedHosts: ControlAction = {
  method: 'GET',
  path: '/_sandbox/refused-hosts',
  source,
  handle: ({ state }) => Response.json({ refused_hosts: state.refusedHosts() }),
};

function isLoopback(host: string): boolean {
  return host === '127.0.0.1' || host === 'localhost' || host === '[::1]';
}

function bears(request: Request, token: string): boolean {
  return isSameSecret(request.headers.get('authorization') ?? '', `Bearer ${token}`);
}

function isServed(name: string, state: Controls): boolean {
  return state.services().some((service) => service.name === name);
}

function seqOf(url: URL): number {
  return Number(url.searchParams.get('since')) || 0;
}

function ofService(url: URL) {
  const name = url.searchParams.get('service');
  return (entry: JournalEntry) => name === null || entry.service === name;
}

function failureOf(error: unknown): Response {
  if (error instanceof z.ZodError) return failure(400, z.prettifyError(error));
  if (error instanceof SyntaxError) return failure(400, 'the body is not JSON');
  throw error;
}

function failure(status: number, error: string): Response {
  return Response.json({ error }, { status });
}
