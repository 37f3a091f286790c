import type { Handled, Service } from '../kit/service.ts';
import { signInPage } from '../kit/sign-in-page.ts';
import { signInHost } from './vss-error.ts';

const host = 'dev.azure.com';

/**
 * The service under all the names it has: `dev.azure.com/contoso`, `contoso.visualstudio.com` as it
 * was called before, and the host that has the page to sign in with.
 * Source: learn.microsoft.com, "Allowed IP addresses and domain URLs" for Azure DevOps
 */
export function underAllHosts(service: Service, organization: string): Service {
  const legacy = `${organization.toLowerCase()}.visualstudio.com`;
  return {
    ...service,
    serves: (asked) => [host, legacy, signInHost].includes(asked.toLowerCase()),
    handle(request) {
      const url = new URL(request.url);
      if (url.hostname === signInHost) return Promise.resolve(signIn(url));
      return service.handle(
        url.hostname === legacy ? renamed(request, url, organization) : request,
      );
    },
  };
}

/** The same request as it is made today. */
function renamed(request: Request, url: URL, organization: string): Request {
  const path = url.pathname.replace(/^\/DefaultCollection(?=\/|$)/i, '');
  return new Request(new URL(`/${organization}${path}${url.search}`, `https://${host}`), request);
}

function signIn(url: URL): Handled {
  const isPage = url.pathname.toLowerCase() === '/_signin';
  const page = signInPage();
  const response = isPage
    ? new Response(page.body, { headers: page.headers })
    : new Response('Not Found', { status: 404 });
  return { response, principal: null, action: isPage ? '/_signin' : null };
}
