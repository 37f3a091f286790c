import type { Action } from '../kit/action.ts';
import { signedIn } from './authentication.ts';
import type { Github } from './state.ts';
import { userJson } from './user-json.ts';

export const me: Action<Github> = {
  method: 'GET',
  path: '/user',
  source: 'docs.github.com/en/rest/users/users#get-the-authenticated-user; a part of its fields',
  handle: signedIn((_call, user) =>
    Response.json(
      { ...userJson(user), name: user.login },
      // A fine-grained token has none of these, and an empty list says so.
      { headers: { 'x-oauth-scopes': '' } },
    ),
  ),
};
