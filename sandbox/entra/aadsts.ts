import { randomUUID } from 'node:crypto';

/** Everything that Entra ID refuses here: its OAuth error, and the status it comes with. */
const REFUSALS = {
  50013: { error: 'invalid_client', status: 401 },
  50027: { error: 'invalid_request', status: 400 },
  50049: { error: 'invalid_instance', status: 400 },
  50166: { error: 'invalid_request', status: 400 },
  50194: { error: 'invalid_request', status: 400 },
  70003: { error: 'unsupported_grant_type', status: 400 },
  70011: { error: 'invalid_scope', status: 400 },
  90002: { error: 'invalid_request', status: 400 },
  500011: { error: 'invalid_resource', status: 400 },
  700016: { error: 'unauthorized_client', status: 400 },
  700021: { error: 'invalid_client', status: 401 },
  700023: { error: 'invalid_client', status: 401 },
  700024: { error: 'invalid_client', status: 401 },
  700027: { error: 'invalid_client', status: 401 },
  700211: { error: 'invalid_client', status: 401 },
  700212: { error: 'invalid_client', status: 401 },
  700213: { error: 'invalid_client', status: 401 },
  700222: { error: 'invalid_client', status: 401 },
  900561: { error: 'invalid_request', status: 400 },
  900144: { error: 'invalid_request', status: 400 },
  1002012: { error: 'invalid_scope', status: 400 },
  5002738: { error: 'invalid_client', status: 401 },
  7000215: { error: 'invalid_client', status: 401 },
  7000218: { error: 'invalid_client', status: 401 },
  7000222: { error: 'invalid_client', status: 401 },
  7000272: { error: 'invalid_client', status: 401 },
  7002138: { error: 'invalid_client', status: 401 },
  9002313: { error: 'invalid_request', status: 400 },
} as const;

type Code = keyof typeof REFUSALS;

/** A refusal that Entra ID words as `AADSTS7000215: Invalid client secret provided. …`. */
export class AadstsError extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AadstsError';
    this.code = code;
  }
}

/**
 * The refusal as it is sent. Clients must branch on `error`; people read `error_description`.
 *
 * Source: DataThirstLtd/azure.databricks.cicd.tools#99 (a whole answer), microsoft/Agents#202,
 * external-secrets/external-secrets#2783, Azure/azure-workload-identity#642 and #1232 (assertions);
 * https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export function refusal(error: AadstsError, request: Request, nowMs: number): Response {
  const { error: oauthError, status } = REFUSALS[error.code];
  const traceId = randomUUID();
  const correlationId = request.headers.get('client-request-id') ?? randomUUID();
  const timestamp = `${new Date(nowMs).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const body = {
    error: oauthError,
    error_description: [
      `AADSTS${error.code}: ${error.message}`,
      `Trace ID: ${traceId}`,
      `Correlation ID: ${correlationId}`,
      `Timestamp: ${timestamp}`,
    ].join('\r\n'),
    error_codes: [error.code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${error.code}`,
  };
  return Response.json(body, { status, headers: { 'cache-control': 'no-store, no-cache' } });
}
