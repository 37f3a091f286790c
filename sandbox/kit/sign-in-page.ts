/**
 * What a client gets that is taken for a browser: a page to sign in with, and a status that looks
 * like success.
 *
 * Source: microsoft/azure-devops-auth-samples#52, MicrosoftDocs/vsts-rest-api-specs#574
 */
export function signInPage(): Response {
  const page = `<!DOCTYPE html>
<html lang="en-US"><head><title>Azure DevOps Services | Sign In</title></head>
<body><h1>Sign in</h1><p>Azure DevOps Services</p></body></html>
`;
  return new Response(page, {
    status: 203,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache, no-store' },
  });
}
