import { invalidParameter } from '../api-error.ts';

/** Source: databricks-sdk-py service/jobs.py: API 2.2 shows at most 100 tasks at a time. */
const TASKS_PER_PAGE = 100;

interface TaskPage<Item> {
  readonly items: readonly Item[];
  readonly isFirst: boolean;
  /** `has_more` and `next_page_token`, where there is more. */
  readonly more: { readonly has_more?: true; readonly next_page_token?: string };
}

/**
 * The tasks that one answer shows: all of them before API 2.2, and from then on a hundred. Arrays
 * that are not paged stand empty on every page but the first.
 *
 * Source: databricks-sdk-py service/jobs.py, Run.has_more and JobsAPI.get.
 * @throws {ApiError} 400, the token is not one of ours
 */
export function pageOfTasks<Item>(
  all: readonly Item[],
  { version, token }: { readonly version: string | undefined; readonly token: string | undefined },
): TaskPage<Item> {
  if (version !== '2.2') return { items: all, isFirst: true, more: {} };
  const from = token ? Number(/^tasks-(?<from>\d{1,9})$/u.exec(token)?.groups?.['from']) : 0;
  if (Number.isNaN(from)) throw invalidParameter(`Invalid page token: ${token}`);
  const next = from + TASKS_PER_PAGE;
  const more =
    next < all.length ? { has_more: true as const, next_page_token: `tasks-${next}` } : {};
  return { items: all.slice(from, next), isFirst: from === 0, more };
}
