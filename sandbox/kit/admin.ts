import { createServer } from 'node:http';
import { z } from 'zod';

import { advanceClock, readClock } from './admin/clock.ts';
import { type Controls, failure } from './admin/controls.ts';
import { environment } from './admin/environment.ts';
import {
  addFault,
  addPreset,
  clearFaults,
  listFaults,
  listPresets,
  removeFault,
} from './admin/faults.ts';
import { health } from './admin/health.ts';
import { journal, journalStream } from './admin/journal.ts';
import { refusedHosts, unknownRoutes } from './admin/refused.ts';
import { routes } from './admin/routes.ts';
import type { Gateway } from './gateway.ts';
import { isSameSecret } from './is-same-secret.ts';
import { type Listening, listen } from './listen.ts';
import { mirror } from './mirror.ts';
import { type Answer, serveFetch } from './serve-fetch.ts';
import { defineService } from './service.ts';

interface Options extends Controls {
  readonly port?: number | undefined;
  /** Asked of whoever wants more than to look at pages. */
  readonly token: string;
  /** Leads to the services that are reached on this port. */
  readonly gateway: Gateway;
  readonly log: (line: string) => void;
}

/** The sandbox's own interface, plain http on the loopback interface, and its mirror of pages. */
export async function openAdmin(options: Options): Promise<Listening> {
  const { port, token, gateway, log, ...controls } = options;
  const admin = defineService({
    name: 'admin',
    serves: isLoopback,
    actions: [
      health,
      journal,
      journalStream,
      listFaults,
      addFault,
      removeFault,
      clearFaults,
      listPresets,
      addPreset,
      readClock,
      advanceClock,
      refusedHosts,
      unknownRoutes,
      environment,
      routes,
    ],
    state: controls,
    now: controls.clock.now,
    notFound: (request) => failure(404, `no ${request.method} ${new URL(request.url).pathname}`),
    onError: (error) => failureOf(error),
  });

  const answer = async (request: Request): Promise<Answer> => {
    const url = new URL(request.url);
    // A page elsewhere that had its name point to 127.0.0.1 would send that name.
    if (!isLoopback(url.hostname)) {
      return responding(failure(403, `${url.hostname} is not this machine`));
    }
    const isOurs = url.pathname.startsWith('/_sandbox/');
    if (isOurs && !bears(request, token)) {
      return responding(failure(401, 'the admin token is missing or wrong'));
    }
    const services = controls.services();
    const local = services.find((one) => one.local && url.pathname.startsWith(one.local));
    if (local) return gateway(request, local);
    return responding(
      isOurs ? (await admin.handle(request)).response : await mirror(request, services),
    );
  };
  const server = createServer();
  server.on('request', serveFetch({ scheme: 'http', now: controls.clock.now, log, answer }));
  return listen(server, port);
}

function responding(response: Response): Answer {
  return { kind: 'response', response };
}

function isLoopback(host: string): boolean {
  return host === '127.0.0.1' || host === 'localhost' || host === '[::1]';
}

function bears(request: Request, token: string): boolean {
  return isSameSecret(request.headers.get('authorization') ?? '', `Bearer ${token}`);
}

function failureOf(error: unknown): Response {
  if (error instanceof z.ZodError) return failure(400, z.prettifyError(error));
  if (error instanceof SyntaxError) return failure(400, 'the body is not JSON');
  throw error;
}
