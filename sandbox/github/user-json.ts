import { nodeId } from './iso-time.ts';
import type { User } from './state.ts';

/** Source: docs.github.com/en/rest/users/users, `simple-user`. */
export function userJson({ id, login }: Pick<User, 'id' | 'login'>) {
  const url = `https://api.github.com/users/${login}`;
  return {
    login,
    id,
    node_id: nodeId('U_', id),
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    gravatar_id: '',
    url,
    html_url: `https://github.com/${login}`,
    repos_url: `${url}/repos`,
    type: 'User',
    user_view_type: 'public',
    site_admin: false,
  };
}
