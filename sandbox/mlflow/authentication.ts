import type { Action, Call } from '../kit/action.ts';
import { isSameSecret } from '../kit/is-same-secret.ts';
import type { Mlflow } from './state.ts';

/**
 * The action for those who give a name and a password, if the server asks for any; whoever does may do
 * everything, where MLflow's own app knows permissions.
 *
 * Source: mlflow/mlflow mlflow/server/auth/__init__.py, make_basic_auth_response.
 */
export function withPassword(action: Action<Mlflow>): Action<Mlflow> {
  return {
    ...action,
    handle(call) {
      const { users } = call.state.config;
      if (users.length === 0) return action.handle(call);
      const user = userOf(call);
      if (user === null) return notAuthenticated();
      call.identify(user);
      return action.handle(call);
    },
  };
}

function userOf({ request, state }: Call<Mlflow>): string | null {
  const header = request.headers.get('authorization') ?? '';
  const encoded = /^basic\s+(?<encoded>\S+)$/iu.exec(header)?.groups?.['encoded'] ?? '';
  const given = Buffer.from(encoded, 'base64').toString('utf8');
  const user = state.config.users.find(({ name, password }) =>
    isSameSecret(given, `${name}:${password}`),
  );
  return user?.name ?? null;
}

function notAuthenticated(): Response {
  return new Response(
    'You are not authenticated. Please see ' +
      'https://www.mlflow.org/docs/latest/auth/index.html#authenticating-to-mlflow on how to ' +
      'authenticate.',
    {
      status: 401,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'www-authenticate': 'Basic realm="mlflow"',
      },
    },
  );
}
