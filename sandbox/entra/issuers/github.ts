import type { IssuerProfile } from './issuer-claims.ts';

/**
 * GitHub Actions as an issuer: one for all of GitHub, and tokens of five minutes.
 *
 * Source: https://docs.github.com/actions/reference/security/oidc
 */
export const github: IssuerProfile = {
  name: 'github',
  host: 'token.actions.githubusercontent.com',
  path: '',
  issuerOf: () => 'https://token.actions.githubusercontent.com',
  issuerAt: () => 'https://token.actions.githubusercontent.com',
  lifetimeS: 300,
  backdatedS: 300,
  moreClaims({ subject }) {
    const [, repository = '', what = '', name = ''] =
      /^repo:([^:]+):([^:]+):?(.*)$/u.exec(subject) ?? [];
    const [owner = ''] = repository.split('/');
    return {
      repository,
      repository_owner: owner,
      repository_visibility: 'private',
      event_name: what === 'pull_request' ? 'pull_request' : 'push',
      ref: what === 'ref' ? name : 'refs/heads/main',
      ...(what === 'environment' && { environment: name }),
      actor: owner,
      workflow: 'ci',
      run_id: '1',
      run_number: '1',
      run_attempt: '1',
      runner_environment: 'github-hosted',
    };
  },
};
