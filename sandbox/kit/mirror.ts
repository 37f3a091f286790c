import { randomUUID } from 'node:crypto';

import type { Service } from './service.ts';

/** Pages run no script and load nothing, whatever a hostile text in them may say. */
const PAGE_HEADERS = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  'content-type': 'text/html; charset=utf-8',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * The pages of the emulated services for people, whose browser knows neither the proxy nor the
 * certificate: `/dev.azure.com/contoso/…` shows `https://dev.azure.com/contoso/…`, with links that
 * stay in the mirror. Nothing but pages: what an API answers is for clients that can log in.
 */
export async function mirror(request: Request, services: readonly Service[]): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const [, host = '', rest = '/'] = /^\/([^/]+)(\/.*)?$/u.exec(pathname) ?? [];
  const service = services.find((one) => isMirrored(one, host));
  if (!service || request.method !== 'GET') return nothing(`no page of ${host || 'nobody'}`);

  const headers = { accept: 'text/html', 'x-sandbox-mirror': randomUUID() };
  const { response } = await service.handle(
    new Request(`https://${host}${rest}${search}`, { headers }),
  );
  if (!response.headers.get('content-type')?.startsWith('text/html')) {
    await response.body?.cancel();
    return nothing(`https://${host}${rest} is no page`);
  }
  const page = withLinksInside(await response.text(), host, services);
  return new Response(page, { status: response.status, headers: PAGE_HEADERS });
}

function withLinksInside(page: string, host: string, services: readonly Service[]): string {
  return page.replaceAll(
    /\b(href|action)="(https:\/\/([^/"]+))?(\/[^/"][^"]*|\/)"/gu,
    (link, name: string, _origin: string, linked: string | undefined, path: string) => {
      const target = linked ?? host;
      return services.some((one) => isMirrored(one, target)) ? `${name}="/${target}${path}"` : link;
    },
  );
}

function isMirrored(service: Service, host: string): boolean {
  return service.local === undefined && service.scheme === undefined && service.serves(host);
}

function nothing(text: string): Response {
  return new Response(`${text}\n`, { status: 404, headers: { 'content-type': 'text/plain' } });
}
