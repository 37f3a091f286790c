import type { Call } from '../../kit/action.ts';
import { notFound } from '../github-error.ts';
import { isoTime, nodeId } from '../iso-time.ts';
import { apiUrl, type KnownWorkflow, type Repository, webUrl } from '../repositories/repository.ts';

/** When all workflows were made. */
const CREATED = isoTime(Date.UTC(2026, 0, 1));

/**
 * The workflow that a path names, by its id or by the name of its file.
 * @throws {GithubError} 404
 */
export function workflowOf(repository: Repository, { params }: Call<unknown>): KnownWorkflow {
  const named = params['workflow'] ?? '';
  const workflow = repository.workflows.find(
    ({ id, path }) => String(id) === named || path === named || path.endsWith(`/${named}`),
  );
  if (!workflow) throw notFound();
  return workflow;
}

/** Source: docs.github.com/en/rest/actions/workflows, `workflow`. */
export function workflowJson(repository: Repository, { id, name, path, disabled }: KnownWorkflow) {
  const file = path.split('/').at(-1) ?? '';
  return {
    id,
    node_id: nodeId('W_', id),
    name,
    path,
    state: disabled ? 'disabled_manually' : 'active',
    created_at: CREATED,
    updated_at: CREATED,
    url: apiUrl(repository, `/actions/workflows/${id}`),
    html_url: webUrl(repository, `/blob/${repository.defaultBranch}/${path}`),
    badge_url: webUrl(repository, `/actions/workflows/${file}/badge.svg`),
  };
}
