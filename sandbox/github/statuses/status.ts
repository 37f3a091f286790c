import { isoTime, nodeId } from '../iso-time.ts';
import { apiUrl, type Repository } from '../repositories/repository.ts';
import type { User } from '../state.ts';
import { userJson } from '../user-json.ts';

export const STATES = ['error', 'failure', 'pending', 'success'] as const;

/** What somebody says of a commit. */
export interface Status {
  readonly id: number;
  readonly repository: Repository;
  readonly sha: string;
  readonly state: (typeof STATES)[number];
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly context: string;
  readonly createdMs: number;
  readonly user: User;
}

/** Source: docs.github.com/en/rest/commits/statuses, `status`. */
export function statusJson(status: Status) {
  const creator = userJson(status.user);
  return {
    url: apiUrl(status.repository, `/statuses/${status.sha}`),
    avatar_url: creator.avatar_url,
    id: status.id,
    node_id: nodeId('SC_', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: isoTime(status.createdMs),
    updated_at: isoTime(status.createdMs),
    creator,
  };
}
