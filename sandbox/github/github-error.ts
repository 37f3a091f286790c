/** A refusal in GitHub's shape: `{"message": "Not Found", "documentation_url": "…", "status": "404"}`. */
export class GithubError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** What `errors` holds, for a 422 that goes into details. */
  readonly errors: readonly object[] | undefined;

  constructor(
    status: number,
    message: string,
    more: { headers?: Record<string, string>; errors?: readonly object[] } = {},
  ) {
    super(message);
    this.name = 'GithubError';
    this.status = status;
    this.headers = more.headers ?? {};
    this.errors = more.errors;
  }
}

export function notFound(): GithubError {
  return new GithubError(404, 'Not Found');
}

/** Source: answers quoted in public issues, such as convictional/trigger-workflow-and-wait issue 44. */
export function unprocessable(message: string): GithubError {
  return new GithubError(422, message);
}

/** A body that is not as the API's schema has it. Source: quoted in public issues of octokit. */
export function invalidRequest(detail: string): GithubError {
  return unprocessable(`Invalid request.\n\n${detail}`);
}

/** Source: docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api. */
export function validationFailed(resource: string, field: string, message: string): GithubError {
  return new GithubError(422, 'Validation Failed', {
    errors: [{ resource, code: 'custom', field, message }],
  });
}

const DOCUMENTATION = 'https://docs.github.com/rest';

/** Whatever an action threw, as GitHub tells it. */
export function answerError(error: unknown): Response {
  if (error instanceof SyntaxError) {
    return answerError(new GithubError(400, 'Problems parsing JSON'));
  }
  if (!(error instanceof GithubError)) return answerError(new GithubError(500, 'Server Error'));
  const { status, message, errors, headers } = error;
  const body = {
    message,
    ...(errors && { errors }),
    documentation_url: DOCUMENTATION,
    status: String(status),
  };
  return Response.json(body, {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  });
}
