import type { Action } from '../kit/action.ts';
import { signedIn } from './authentication.ts';
import type { Github } from './state.ts';

export const rateLimit: Action<Github> = {
  method: 'GET',
  path: '/rate_limit',
  source: 'docs.github.com/en/rest/rate-limit/rate-limit: asking for it is free',
  handle: signedIn((call, user) => {
    const rate = call.state.rateLimits.of(user.login);
    return Response.json({ resources: { core: { ...rate, resource: 'core' } }, rate });
  }, 'free'),
};
