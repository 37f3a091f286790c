import { ConfigError } from '../../lib/errors.ts';

/** Where notebooks come from, as a person says it. */
export interface GitOptions {
  readonly gitUrl?: string;
  readonly gitProvider?: string;
  readonly branch?: string;
  readonly commit?: string;
  readonly tag?: string;
}

/** By host, as the Jobs API calls them. Source: databricks-sdk-py `jobs.py`, `GitProvider` */
const PROVIDERS: ReadonlyMap<string, string> = new Map([
  ['github.com', 'gitHub'],
  ['dev.azure.com', 'azureDevOpsServices'],
  ['gitlab.com', 'gitLab'],
  ['bitbucket.org', 'bitbucketCloud'],
]);

/**
 * The `git_source` of a submitted run; null: its notebooks are the workspace's own.
 *
 * @throws {ConfigError} it is not said from where, or at which state
 */
export function gitSourceOf(options: GitOptions): Readonly<Record<string, string>> | null {
  const { gitUrl, branch, commit, tag } = options;
  const states = Object.entries({ git_branch: branch, git_commit: commit, git_tag: tag }).flatMap(
    ([name, value]) => (value === undefined ? [] : [[name, value] as const]),
  );
  if (gitUrl === undefined) {
    if (states.length === 0) return null;
    throw wrong('--branch, --commit and --tag need --git-url', 'Say of which repository.');
  }
  const [state, ...more] = states;
  if (!state || more.length > 0) {
    throw wrong('--git-url needs one of --branch, --commit and --tag', 'Give exactly one.');
  }
  return { git_url: gitUrl, git_provider: providerOf(gitUrl, options), [state[0]]: state[1] };
}

function providerOf(url: string, { gitProvider }: GitOptions): string {
  const { protocol, hostname, username, password } = URL.canParse(url)
    ? new URL(url)
    : { protocol: '', hostname: '', username: '', password: '' };
  if (protocol !== 'https:') {
    throw wrong('--git-url is no address', 'Write one that begins with https://.');
  }
  // `https://contoso@dev.azure.com/…` is what Azure DevOps itself shows, and no secret.
  if (password !== '' || (username !== '' && hostname !== 'dev.azure.com')) {
    throw wrong(
      '--git-url holds a credential, which everybody could read in the run',
      'Leave it out: the workspace has a git credential of the principal.',
    );
  }
  const known = hostname.endsWith('.visualstudio.com')
    ? 'azureDevOpsServices'
    : PROVIDERS.get(hostname);
  const provider = gitProvider ?? known;
  if (provider === undefined) {
    throw wrong(`whose git server ${hostname} is cannot be told by its name`, PROVIDER_HINT);
  }
  return provider;
}

const PROVIDER_HINT =
  'Say it with --git-provider: gitHubEnterprise, gitLabEnterpriseEdition, bitbucketServer …';

function wrong(message: string, hint: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', message, { hint });
}
