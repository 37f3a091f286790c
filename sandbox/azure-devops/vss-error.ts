import { randomUUID } from 'node:crypto';

import { GitFailed } from '../git/run-git.ts';
import { signInPage } from '../kit/sign-in-page.ts';

/** A refusal in the shape of Azure DevOps. */
export class VssError extends Error {
  override readonly name = 'VssError';
  readonly status: number;
  /** What clients go by: `PipelineNotFoundException`. */
  readonly typeKey: string;
  readonly space: string;
  /** Where the type is kept, if not where its name says. */
  readonly assembly: string;
  /** What stands on its answer beside the usual. */
  readonly headers: Readonly<Record<string, string>> = {};
  readonly customProperties: Readonly<Record<string, unknown>> | null;

  constructor(
    status: number,
    typeKey: string,
    message: string,
    space = 'Microsoft.VisualStudio.Services.Common',
    assembly = space,
    customProperties: VssError['customProperties'] = null,
  ) {
    super(message);
    this.status = status;
    this.typeKey = typeKey;
    this.space = space;
    this.assembly = assembly;
    this.customProperties = customProperties;
  }
}

/** Where the page to sign in with is. */
export const signInHost = 'spsprodweu1.vssps.visualstudio.com';

/** A pipeline or what was sent with it cannot run. */
export function pipelineInvalid(message: string): VssError {
  const space = 'Microsoft.Azure.Pipelines.WebApi';
  return new VssError(400, 'PipelineValidationException', message, space);
}

/** What the Build API has against a request. */
export function buildError(status: number, typeKey: string, message: string): VssError {
  const space = 'Microsoft.TeamFoundation.Build.WebApi';
  return new VssError(status, typeKey, message, space, 'Microsoft.TeamFoundation.Build2.WebApi');
}

/** No credential, or one that is not believed, or somebody whom the organisation does not know. */
export class SignInNeeded extends Error {
  override readonly name = 'SignInNeeded';
  /** Whose credential it is; empty: nobody knows. */
  readonly user: string;
  /** What takes the client for a browser: the page, or the way to it. */
  readonly shows: 'page' | 'redirect';

  constructor(shows: SignInNeeded['shows'], user = '') {
    super(`TF400813: The user '${user}' is not authorized to access this resource.`);
    this.shows = shows;
    this.user = user;
  }
}

/**
 * What went wrong as Azure DevOps says it: JSON for clients that it knows, a page to sign in with
 * for those that it takes for a browser.
 *
 * Source: WrappedException in microsoft/azure-devops-python-api, azure-devops/azure/devops/_models.py
 */
export function answerError(error: unknown, request: Request): Response {
  if (error instanceof SignInNeeded) return answerSignIn(error, request);
  if (error instanceof VssError) return envelope(error);
  if (error instanceof GitFailed) {
    const message = 'The repository has nothing that the request asks for.';
    return envelope(new VssError(400, 'ArgumentException', message));
  }
  if (error instanceof SyntaxError) {
    return envelope(new VssError(400, 'VssPropertyValidationException', error.message));
  }
  throw error;
}

/**
 * The answer to a path that is none: text, whatever was asked for.
 * Source: test_workItemCreateShowUpdateDelete of Azure/azure-devops-cli-extension, a recording
 */
export function routeNotFound(request: Request): Response {
  const path = new URL(request.url).pathname.split('/').slice(2).join('/');
  const message = `The controller for path '/${path}' was not found or does not implement IController.`;
  return new Response(message, {
    status: 404,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'x-tfs-serviceerror': encodeURIComponent(message.toWellFormed()),
    },
  });
}

/** Source: microsoft/azure-devops-auth-samples#52; the 401 of clients that send the header */
function answerSignIn({ shows, message }: SignInNeeded, request: Request): Response {
  const isSuppressed = request.headers.get('x-tfs-fedauthredirect')?.toLowerCase() === 'suppress';
  const isPlain = request.method === 'GET' || request.method === 'POST';
  if (!isSuppressed && isPlain) return shows === 'page' ? signInPage() : signInRedirect(request);
  const response = envelope(new VssError(401, 'UnauthorizedRequestException', message));
  response.headers.set(
    'www-authenticate',
    'Bearer authorization_uri=https://login.microsoftonline.com, Basic realm="https://dev.azure.com/", TFS-Federated',
  );
  return response;
}

/**
 * The way to the page to sign in with.
 * Source: MicrosoftDocs/azure-devops-docs#13661, and what an invalid token was seen to get in 2026
 */
function signInRedirect({ url }: Request): Response {
  const query = new URLSearchParams({
    realm: 'dev.azure.com',
    reply_to: url,
    redirect: '1',
    hid: randomUUID(),
    context: 'eyJodCI6MSwicm0iOiIifQ2',
  });
  const location = `https://${signInHost}/_signin?${query.toString()}`;
  const href = location.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const body = `<html><head><title>Object moved</title></head><body>\r\n<h2>Object moved to <a href="${href}">here</a>.</h2>\r\n</body></html>\r\n`;
  return new Response(body, {
    status: 302,
    headers: { location, 'content-type': 'text/html; charset=utf-8' },
  });
}

function envelope(error: VssError): Response {
  const { status, typeKey, space, assembly, message, customProperties } = error;
  const body = {
    $id: '1',
    innerException: null,
    message,
    typeName: `${space}.${typeKey}, ${assembly}`,
    typeKey,
    errorCode: 0,
    eventId: 3000,
    ...(customProperties && { customProperties }),
  };
  return Response.json(body, {
    status,
    headers: {
      ...error.headers,
      'content-type': 'application/json; charset=utf-8',
      'x-tfs-serviceerror': encodeURIComponent(message.toWellFormed()),
    },
  });
}
