import type { Action, Call } from '../kit/action.ts';
import { isSameSecret } from '../kit/is-same-secret.ts';
import { answerHeaders } from './answer-headers.ts';
import { answerError, GithubError } from './github-error.ts';
import type { RateLimit } from './rate-limits.ts';
import type { Github, User } from './state.ts';

type SignedIn = (call: Call<Github>, user: User) => Response | Promise<Response>;

/**
 * An action for those with a token, which takes one request of its hour.
 *
 * Source: docs.github.com/en/rest/authentication/authenticating-to-the-rest-api: a wrong token is a 401;
 * without any, what is private is not there.
 */
export function signedIn(
  handle: SignedIn,
  cost: 'counted' | 'free' = 'counted',
): Action<Github>['handle'] {
  return async (call) => {
    const user = userOf(call);
    call.identify(user.login);
    const { rateLimits } = call.state;
    const taken = cost === 'counted' ? rateLimits.take(user.login) : rateLimits.of(user.login);
    const limit = taken ?? rateLimits.of(user.login);
    const response = taken ? await answered(handle, call, user) : answerError(tooMany(user));
    return withHeaders(response, limit);
  };
}

/** Refuses whoever may only read. Source: quoted in public issues, fine-grained tokens. */
export function mayWrite(user: User): void {
  if (user.canWrite) return;
  throw new GithubError(403, 'Resource not accessible by personal access token');
}

async function answered(handle: SignedIn, call: Call<Github>, user: User): Promise<Response> {
  try {
    return await handle(call, user);
  } catch (error) {
    return answerError(error);
  }
}

function userOf({ request, state }: Call<Github>): User {
  if (!request.headers.get('user-agent')) throw noUserAgent();
  const token = tokenIn(request.headers.get('authorization') ?? '');
  if (token === null) throw new GithubError(404, 'Not Found');
  const { users } = state.config;
  const index = users.findIndex((user) => isSameSecret(token, user.token));
  const user = users[index];
  if (!user) throw new GithubError(401, 'Bad credentials');
  return { id: index + 1, login: user.login, canWrite: user.can_write };
}

/** `Bearer …`, `token …`, or a password. */
function tokenIn(header: string): string | null {
  const [, scheme = '', credential = ''] =
    /^(bearer|token|basic)\s+(\S+)$/iu.exec(header.trim()) ?? [];
  if (credential === '') return null;
  if (scheme.toLowerCase() !== 'basic') return credential;
  return Buffer.from(credential, 'base64')
    .toString('utf8')
    .replace(/^[^:]*:/u, '');
}

/** Source: docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent. */
function noUserAgent(): GithubError {
  return new GithubError(
    403,
    'Request forbidden by administrative rules. Please make sure your request has a User-Agent header ' +
      '(https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). Check ' +
      'https://developer.github.com for other possible causes.',
  );
}

function tooMany({ id }: User): GithubError {
  return new GithubError(
    403,
    `API rate limit exceeded for user ID ${id}. If you reach out to GitHub Support for help, please ` +
      'include the request ID and timestamp.',
  );
}

function withHeaders(response: Response, { limit, used, remaining, reset }: RateLimit): Response {
  const headers = new Headers(response.headers);
  const rates = { limit, used, remaining, reset, resource: 'core' };
  for (const [name, value] of Object.entries(rates)) {
    headers.set(`x-ratelimit-${name}`, String(value));
  }
  for (const [name, value] of Object.entries(answerHeaders())) headers.set(name, value);
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}
