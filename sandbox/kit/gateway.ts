import type { Faults } from './faults.ts';
import type { Journal, JournalEntry } from './journal.ts';
import { legibleBytes, legibleValue } from './legible-body.ts';
import type { Answer } from './serve-fetch.ts';
import type { Handled, Service } from './service.ts';

interface Options {
  readonly services: () => readonly Service[];
  readonly faults: Faults;
  readonly journal: Journal;
  readonly now: () => number;
}

/** Leads a request to its service, past the faults, and writes down what came of it. */
export function openGateway({ services, faults, journal, now }: Options) {
  return async (incoming: Request): Promise<Answer> => {
    const atMs = now();
    const startedMs = performance.now();
    const url = new URL(incoming.url);
    const service = services().find((one) => one.serves(url.hostname));
    const asked = await legibleBytes(incoming);
    const request = asked ? withBody(incoming, asked) : incoming;
    const write = (
      end: Pick<JournalEntry, 'status' | 'principal' | 'action' | 'fault' | 'response'>,
    ) => {
      journal.add({
        atMs,
        tookMs: Math.round(performance.now() - startedMs),
        service: service?.name ?? null,
        method: request.method,
        host: url.hostname,
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        request: legibleValue(asked, request.headers),
        ...end,
      });
    };

    try {
      const {
        answer: given,
        handled,
        fault,
      } = service
        ? await pass(service, request, faults)
        : { answer: misdirected(url.hostname), handled: null, fault: null };
      const { answer, response } = await read(given);
      const status = answer.kind === 'response' ? answer.response.status : null;
      const { principal = null, action = null } = handled ?? {};
      write({ status, principal, action, fault, response });
      return answer;
    } catch (error) {
      // A client that left gets nothing any more; to the others it is a fault of the sandbox.
      const status = request.signal.aborted ? null : 500;
      write({ status, principal: null, action: null, fault: null, response: null });
      throw error;
    }
  };
}

function withBody(request: Request, body: Uint8Array<ArrayBuffer>): Request {
  const init: RequestInit = { body };
  return new Request(request, init);
}

interface Passed {
  readonly answer: Answer;
  /** null: no action was asked. */
  readonly handled: Handled | null;
  readonly fault: string | null;
}

async function pass(service: Service, request: Request, faults: Faults): Promise<Passed> {
  const { method, signal, url } = request;
  const target = { service: service.name, method, path: new URL(url).pathname, signal };

  const before = await faults.strike('before', target);
  if (before.answer) return { answer: before.answer, handled: null, fault: before.by };

  const handled = await service.handle(request);
  const after = await faults.strike('after', target);
  const fault = after.by ?? before.by;
  if (!after.answer) {
    return { answer: { kind: 'response', response: handled.response }, handled, fault };
  }
  await handled.response.body?.cancel();
  return { answer: after.answer, handled, fault };
}

async function read(answer: Answer): Promise<{ answer: Answer; response: unknown }> {
  const bytes = answer.kind === 'response' ? await legibleBytes(answer.response) : null;
  if (answer.kind === 'dropped' || !bytes) return { answer, response: null };

  const { status, statusText } = answer.response;
  const headers = new Headers(answer.response.headers);
  headers.set('content-length', String(bytes.length));
  const again = new Response(bytes, { status, statusText, headers });
  return { answer: { kind: 'response', response: again }, response: legibleValue(bytes, headers) };
}

/** Source: RFC 9110 section 15.5.20 */
function misdirected(host: string): Answer {
  const response = new Response(`no service of the sandbox is called ${host}\n`, { status: 421 });
  return { kind: 'response', response };
}
