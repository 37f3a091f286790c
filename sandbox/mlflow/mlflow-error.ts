import { pythonJson } from './python-json.ts';

type Code = keyof typeof KINDS;

/**
 * Source: mlflow/mlflow mlflow/exceptions.py (status) and mlflow/error_classification.py, 3.17
 * (sqlstate and class; servers before 3.12 or so leave both out).
 */
const KINDS = {
  BAD_REQUEST: [400, 'KAM00', 'INVALID_PARAMETER_VALUE'],
  INTERNAL_ERROR: [500, 'XXM00', 'CLIENT_INTERNAL_ERROR'],
  INVALID_PARAMETER_VALUE: [400, 'KAM00', 'INVALID_PARAMETER_VALUE'],
  INVALID_STATE: [500, 'XXM00', 'CLIENT_INTERNAL_ERROR'],
  RESOURCE_ALREADY_EXISTS: [400, 'KAM00', 'RESOURCE_ALREADY_EXISTS'],
  RESOURCE_DOES_NOT_EXIST: [404, 'KAM00', 'RESOURCE_NOT_FOUND'],
} as const;

/** A refusal in MLflow's shape: `{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "…"}`. */
export class MlflowError extends Error {
  readonly code: Code;

  constructor(code: Code, message: string) {
    super(message);
    this.name = 'MlflowError';
    this.code = code;
  }
}

export function invalidParameter(message: string): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', message);
}

export function doesNotExist(message: string): MlflowError {
  return new MlflowError('RESOURCE_DOES_NOT_EXIST', message);
}

export function alreadyExists(message: string): MlflowError {
  return new MlflowError('RESOURCE_ALREADY_EXISTS', message);
}

/** Whatever an action threw, as MLflow tells it: one line of JSON, or the page of a bug. */
export function answerError(error: unknown): Response {
  if (!(error instanceof MlflowError)) return internalServerError();
  const [status, sqlstate, errorClass] = KINDS[error.code];
  const body = {
    error_code: error.code,
    message: error.message,
    sqlstate,
    error_class: errorClass,
  };
  return new Response(pythonJson(body), {
    status,
    headers: { 'content-type': 'application/json' },
  });
}

/** What Flask answers when a handler fails: lower-case enum names get it, among others. */
function internalServerError(): Response {
  return page(
    500,
    'Internal Server Error',
    'The server encountered an internal error and was unable to complete your request. Either the ' +
      'server is overloaded or there is an error in the application.',
  );
}

/**
 * What Flask answers for a path it does not know, or one it knows with other methods only.
 *
 * Source: recorded from MLflow 3.17.2.
 */
export function noSuchRoute(allowed: readonly string[]): Response {
  if (allowed.length === 0) {
    return page(
      404,
      'Not Found',
      'The requested URL was not found on the server. If you entered the URL manually please check ' +
        'your spelling and try again.',
    );
  }
  return page(405, 'Method Not Allowed', 'The method is not allowed for the requested URL.', {
    allow: allowed.join(', '),
  });
}

function page(
  status: number,
  title: string,
  text: string,
  headers: Record<string, string> = {},
): Response {
  const body = `<!doctype html>
<html lang=en>
<title>${status} ${title}</title>
<h1>${title}</h1>
<p>${text}</p>
`;
  return new Response(body, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
  });
}
