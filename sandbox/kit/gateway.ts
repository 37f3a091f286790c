import type { Faults } from './faults.ts';
import type { Journal } from './journal.ts';
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

    const passed = service
      ? await pass(service, request, faults)
      : { answer: misdirected(url.hostname), handled: null, fault: null };
    const { answer, seen } = await read(passed.answer);

    journal.add({
      atMs,
      tookMs: Math.round(performance.now() - startedMs),
      service: service?.name ?? null,
      method: request.method,
      host: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      status: answer.kind === 'response' ? answer.response.status : null,
      principal: passed.handled?.principal ?? null,
      action: passed.handled?.action ?? null,
      fault: passed.fault,
      request: legibleValue(asked, request.headers),
      response: seen,
    });
    return answer;
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

async function read(answer: Answer): Promise<{ answer: Answer; seen: unknown }> {
  if (answer.kind === 'dropped') return { answer, seen: null };
  const { response } = answer;
  const bytes = await legibleBytes(response);
  if (!bytes) return { answer, seen: null };

  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  headers.set('content-length', String(bytes.length));
  const again = new Response(bytes, { status, statusText, headers });
  return { answer: { kind: 'response', response: again }, seen: legibleValue(bytes, headers) };
}

/** Source: RFC 9110 section 15.5.20 */
function misdirected(host: string): Answer {
  const response = new Response(`no service of the sandbox is called ${host}\n`, { status: 421 });
  return { kind: 'response', response };
}
