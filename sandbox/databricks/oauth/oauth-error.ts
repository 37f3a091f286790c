/** A refusal in the shape that OAuth gives to it. Source: RFC 6749 section 5.2; the texts are ours. */
export class OauthError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'OauthError';
    this.status = status;
    this.code = code;
  }
}

export function answerOauthError({ status, code, message }: OauthError): Response {
  const headers = status === 401 ? { 'WWW-Authenticate': 'Basic realm="databricks"' } : {};
  return Response.json({ error: code, error_description: message }, { status, headers });
}
