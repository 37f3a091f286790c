import { answerOauthError, OauthError } from './oauth/oauth-error.ts';
import { answerScimError, ScimError } from './scim/scim-error.ts';

/** A refusal in Databricks' shape: `{ "error_code": "INVALID_STATE", "message": "…" }`. */
export class ApiError extends Error {
  readonly status: number;
  /** A name nearly always; the number 401 or 403 where the front door refused. */
  readonly code: string | number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string | number,
    message: string,
    headers: Record<string, string> = {},
  ) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function invalidParameter(message: string): ApiError {
  return new ApiError(400, 'INVALID_PARAMETER_VALUE', message);
}

export function doesNotExist(message: string): ApiError {
  return new ApiError(404, 'RESOURCE_DOES_NOT_EXIST', message);
}

export function alreadyExists(message: string): ApiError {
  return new ApiError(400, 'RESOURCE_ALREADY_EXISTS', message);
}

/**
 * The answer for a route that Databricks does not have.
 *
 * Source: a third-party log of recorded answers (REC in the protocol reference): code; text is ours.
 */
export function endpointNotFound(request: Request): ApiError {
  const { pathname } = new URL(request.url);
  return new ApiError(
    404,
    'ENDPOINT_NOT_FOUND',
    `No API found for '${request.method} ${pathname.replace(/^\/api(\/\d+\.\d+)?/u, '')}'`,
  );
}

/**
 * Whatever an action threw, as Databricks would tell it.
 *
 * Source: recorded answers for MALFORMED_REQUEST; INTERNAL_ERROR is the vendor SDKs' name for a 500.
 */
export function answerError(error: unknown): Response {
  if (error instanceof ApiError) {
    const body = { error_code: error.code, message: error.message };
    return Response.json(body, { status: error.status, headers: error.headers });
  }
  if (error instanceof ScimError) return answerScimError(error);
  if (error instanceof OauthError) return answerOauthError(error);
  if (error instanceof SyntaxError) {
    const message = 'Invalid JSON given in the body of the request - failed to parse given JSON';
    return Response.json({ error_code: 'MALFORMED_REQUEST', message }, { status: 400 });
  }
  if (isAboutPath(error)) {
    const message = `The path cannot be used (${error.code})`;
    return Response.json({ error_code: 'INVALID_PARAMETER_VALUE', message }, { status: 400 });
  }
  const message = error instanceof Error ? error.message : String(error);
  return Response.json({ error_code: 'INTERNAL_ERROR', message }, { status: 500 });
}

/** What a file system says of names that it cannot hold, or of files where it wanted folders. */
const PATH_CODES = new Set(['ENAMETOOLONG', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENOENT', 'ELOOP']);

function isAboutPath(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && PATH_CODES.has(String(error.code));
}
