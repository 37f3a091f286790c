import { signInPage } from '../kit/sign-in-page.ts';

/** A refusal in the shape of Azure DevOps. */
export class VssError extends Error {
  override readonly name = 'VssError';
  readonly status: number;
  /** What clients go by: `PipelineNotFoundException`. */
  readonly typeKey: string;
  readonly space: string;

  constructor(
    status: number,
    typeKey: string,
    message: string,
    space = 'Microsoft.VisualStudio.Services.Common',
  ) {
    super(message);
    this.status = status;
    this.typeKey = typeKey;
    this.space = space;
  }
}

/** A pipeline or what was sent with it cannot run. */
export function pipelineInvalid(message: string): VssError {
  const space = 'Microsoft.Azure.Pipelines.WebApi';
  return new VssError(400, 'PipelineValidationException', message, space);
}

/** No credential, or one that is not believed. */
export class SignInNeeded extends Error {
  override readonly name = 'SignInNeeded';
}

/**
 * What went wrong as Azure DevOps says it: JSON for clients that it knows, a page to sign in with
 * for those that it takes for a browser.
 *
 * Source: WrappedException in microsoft/azure-devops-python-api, azure-devops/azure/devops/_models.py
 */
export function answerError(error: unknown, request: Request): Response {
  if (error instanceof SignInNeeded) return answerSignIn(request);
  if (error instanceof VssError) return envelope(error);
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
      'x-tfs-serviceerror': encodeURIComponent(message),
    },
  });
}

/** Source: microsoft/azure-devops-auth-samples#52; the 401 of clients that send the header */
function answerSignIn(request: Request): Response {
  const isSuppressed = request.headers.get('x-tfs-fedauthredirect')?.toLowerCase() === 'suppress';
  const isPlain = request.method === 'GET' || request.method === 'POST';
  if (!isSuppressed && isPlain) return signInPage();
  const message = "TF400813: The user '' is not authorized to access this resource.";
  const refused = new VssError(401, 'UnauthorizedRequestException', message);
  const response = envelope(refused);
  response.headers.set(
    'www-authenticate',
    'Bearer authorization_uri=https://login.microsoftonline.com, Basic realm="https://dev.azure.com/", TFS-Federated',
  );
  return response;
}

function envelope({ status, typeKey, space, message }: VssError): Response {
  const body = {
    $id: '1',
    innerException: null,
    message,
    typeName: `${space}.${typeKey}, ${space}`,
    typeKey,
    errorCode: 0,
    eventId: 3000,
  };
  return Response.json(body, {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-tfs-serviceerror': encodeURIComponent(message),
    },
  });
}
