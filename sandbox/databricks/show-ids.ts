import type { Service } from '../kit/service.ts';
import type { Ids } from './ids.ts';

/** A service whose ids are, on the wire, what the outside shall see. */
export function showIds(service: Service, ids: Ids): Service {
  return {
    ...service,
    async handle(request) {
      const handled = await service.handle(await taken(request, ids));
      return { ...handled, response: await shown(handled.response, ids) };
    },
  };
}

async function taken(request: Request, ids: Ids): Promise<Request> {
  const url = ids.taken(request.url);
  const { method, headers, signal } = request;
  // Files are no place for ids.
  if (new URL(url).pathname.startsWith('/api/2.0/fs/')) return new Request(url, request);
  const body = ids.taken(await request.text());
  return new Request(url, { method, headers, signal, ...(body !== '' && { body }) });
}

async function shown(response: Response, ids: Ids): Promise<Response> {
  const { status, headers } = response;
  if (!/json|html/u.test(headers.get('content-type') ?? '')) return response;
  return new Response(ids.shown(await response.text()), { status, headers });
}
