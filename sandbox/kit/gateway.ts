import { setTimeout as sleep } from 'node:timers/promises';

import { bodyOfGet } from './body-of-get.ts';
import { claimedPrincipals } from './claimed-principals.ts';
import type { Journal } from './journal.ts';
import { legibleBytes, legibleValue } from './legible-body.ts';
import type { RequestFaults, Target } from './request-faults.ts';
import type { Answer } from './serve-fetch.ts';
import type { Handled, Service } from './service.ts';
import type { UnknownRoutes } from './unknown-routes.ts';
import { withBody } from './with-body.ts';

interface Options {
  readonly services: () => readonly Service[];
  readonly faults: RequestFaults;
  readonly journal: Journal;
  readonly unknownRoutes: UnknownRoutes;
  /** The name that goes with a client id or a personal token, if there is one. */
  readonly nameOf: (credential: string) => string | undefined;
  readonly now: () => number;
}

/** Leads a request to its service, or to the one named, past the faults, and writes it down. */
export type Gateway = (incoming: Request, named?: Service) => Promise<Answer>;

/** The way that all requests to the services of a sandbox take. */
export function openGateway({ services, journal, now, ...options }: Options): Gateway {
  return async (incoming, named) => {
    const atMs = now();
    const startedMs = performance.now();
    const url = new URL(incoming.url);
    const service = named ?? services().find((one) => isAt(one, url));
    const asked = await legibleBytes(incoming);
    const request = asked ? withBytes(incoming, asked) : incoming;
    const body = bodySaid(asked, request);
    const write = (end: Passed, status: number | null, response: unknown) => {
      journal.add({
        direction: 'in',
        atMs,
        tookMs: Math.round(performance.now() - startedMs),
        service: service?.name ?? null,
        method: request.method,
        host: url.hostname,
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        status,
        principal: end.handled?.principal ?? null,
        action: end.handled?.action ?? null,
        fault: end.fault,
        request: body,
        response,
      });
    };

    try {
      const passed: Passed = service
        ? await pass(service, request, body, options)
        : { answer: misdirected(url.hostname), handled: null, fault: null };
      const { answer, response } = await read(passed.answer);
      write(passed, statusOf(answer), response);
      // Nobody hears how it ends, but for the journal.
      void passed
        .late?.()
        .then(({ handled, said }) => write({ ...passed, handled }, handled.response.status, said));
      if (service && passed.handled?.action === null) {
        options.unknownRoutes.add(service.name, request.method, url, atMs);
      }
      return answer;
    } catch (error) {
      // A client that left gets nothing any more; to the others it is a fault of the sandbox.
      const nothing = { answer: { kind: 'dropped' }, handled: null, fault: null } as const;
      write(nothing, request.signal.aborted ? null : 500, null);
      throw error;
    }
  };
}

/** Whether a request to this address reaches the service. */
export function isAt(service: Service, { protocol, hostname }: URL): boolean {
  if (service.local !== undefined) return false;
  return protocol === `${service.scheme ?? 'https'}:` && service.serves(hostname);
}

function bodySaid(asked: Uint8Array | null, request: Request): unknown {
  return legibleValue(asked ?? bodyOfGet(request), request.headers);
}

function withBytes(request: Request, body: Uint8Array<ArrayBuffer>): Request {
  const init: RequestInit = { body };
  return new Request(request, init);
}

interface Passed {
  readonly answer: Answer;
  /** null: no action was asked. */
  readonly handled: Handled | null;
  readonly fault: string | null;
  /** Lets the action run all the same, in a while. */
  readonly late?: () => Promise<Late>;
}

interface Late {
  readonly handled: Handled;
  /** What it would have been answered. */
  readonly said: unknown;
}

async function pass(
  service: Service,
  request: Request,
  body: unknown,
  { faults, nameOf }: Pick<Options, 'faults' | 'nameOf'>,
): Promise<Passed> {
  const claimed = claimedPrincipals(request.headers, body);
  const names = claimed.flatMap((one) => nameOf(one) ?? []);
  const target: Target = {
    service: service.name,
    request,
    body,
    principals: [...claimed, ...names],
  };
  const before = await faults.before(target);
  const { by: fault, answer, lateMs } = before;
  if (answer) {
    const late = () => handleLate(service, request, lateMs ?? 0);
    return { answer, handled: null, fault, ...(lateMs !== undefined && { late }) };
  }

  const handled = await service.handle(request);
  const { principal, response } = handled;
  const bytes = await legibleBytes(response);
  const after = await faults.after(target, { response, bytes, principal });
  const struck = after.by ?? fault;
  if (after.answer) return { answer: after.answer, handled, fault: struck };
  const whole = bytes ? withBody(response, bytes) : response;
  return { answer: { kind: 'response', response: whole }, handled, fault: struck };
}

/** Has an action run although its client has been cut off. */
async function handleLate(service: Service, request: Request, afterMs: number): Promise<Late> {
  const unheard = new Request(request, { signal: null });
  await sleep(afterMs, undefined, { ref: false });
  const handled = await service.handle(unheard);
  const { response } = handled;
  return { handled, said: legibleValue(await legibleBytes(response), response.headers) };
}

function statusOf(answer: Answer): number | null {
  return answer.kind === 'dropped' ? null : answer.response.status;
}

async function read(answer: Answer): Promise<{ answer: Answer; response: unknown }> {
  const bytes = answer.kind === 'response' ? await legibleBytes(answer.response) : null;
  if (answer.kind === 'dropped' || !bytes) return { answer, response: null };

  const { response } = answer;
  const again = withBody(response, bytes);
  return {
    answer: { kind: 'response', response: again },
    response: legibleValue(bytes, response.headers),
  };
}

/** Source: RFC 9110 section 15.5.20 */
function misdirected(host: string): Answer {
  const response = new Response(`no service of the sandbox is called ${host}\n`, { status: 421 });
  return { kind: 'response', response };
}
