import { invalidParameter } from './api-error.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  /** The token of the next page; null on the last. */
  readonly next: string | null;
}

/**
 * One page of a list that is sorted by `rank`, highest first. The token remembers where the last page
 * ended, so that what is added meanwhile neither repeats nor hides anything.
 *
 * @throws {ApiError} 400, the token is not one of ours
 */
export function pageOf<Item>(
  sorted: readonly Item[],
  limit: number,
  token: string | undefined,
  rank: (item: Item) => number,
): Page<Item> {
  const below = token ? rankIn(token) : Number.POSITIVE_INFINITY;
  const rest = sorted.filter((item) => rank(item) < below);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  const next = last !== undefined && rest.length > limit ? tokenFor(rank(last)) : null;
  return { items, next };
}

function tokenFor(rank: number): string {
  return Buffer.from(`below:${rank}`).toString('base64url');
}

function rankIn(token: string): number {
  const text = Buffer.from(token, 'base64url').toString();
  const rank = /^below:(?<rank>\d+)$/u.exec(text)?.groups?.['rank'];
  if (!rank) throw invalidParameter(`Invalid page token: ${token}`);
  return Number(rank);
}
