/** A refusal in the shape that SCIM gives to it. Source: RFC 7644 section 3.12; the texts are ours. */
export class ScimError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ScimError';
    this.status = status;
  }
}

export function scimError(status: number, detail: string): ScimError {
  return new ScimError(status, detail);
}

export function answerScim(
  body: object,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return Response.json(body, {
    status,
    headers: { 'Content-Type': 'application/scim+json', ...headers },
  });
}

export function answerScimError({ status, message }: ScimError): Response {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error'];
  return answerScim({ schemas, detail: message, status: String(status) }, status);
}
