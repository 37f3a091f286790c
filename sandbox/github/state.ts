import type { SandboxTools } from '../kit/tools.ts';
import type { GithubConfig } from './github-config.ts';
import type { SignedUrls } from './logs/signed-urls.ts';
import type { RateLimits } from './rate-limits.ts';
import type { Repository } from './repositories/repository.ts';
import type { Run } from './runs/run.ts';
import type { Status } from './statuses/status.ts';

/** All that the emulated GitHub knows. */
export interface Github {
  readonly config: GithubConfig;
  readonly tools: Omit<SandboxTools, 'tokens'>;
  /** By owner and name in lower case: `contoso/wine-quality`. */
  readonly repositories: ReadonlyMap<string, Repository>;
  readonly runs: Map<number, Run>;
  /** Oldest first. */
  readonly statuses: Status[];
  readonly rateLimits: RateLimits;
  readonly signedUrls: SignedUrls;
  readonly nextId: () => number;
}

/** Who asks. */
export interface User {
  readonly id: number;
  readonly login: string;
  readonly canWrite: boolean;
}
