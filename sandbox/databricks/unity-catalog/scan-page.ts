import { invalidParameter } from '../api-error.ts';

interface Asked {
  readonly max_results: number;
  readonly page_token?: string | undefined;
}

/**
 * One page of a scan. A full page has a token even where nothing follows: the end shows on the next.
 *
 * Source: databricks-sdk-py service/catalog.py: 0 asks for the usual size, no more than the most; a page
 * may be empty and have a token. The texts are ours.
 * @throws {ApiError} 400
 */
export function scanPage<Item>(
  all: readonly Item[],
  { max_results: asked, page_token: token }: Asked,
  { usual, most }: { readonly usual: number; readonly most: number },
) {
  if (asked < 0) throw invalidParameter('max_results must not be negative');
  const size = asked === 0 ? usual : Math.min(asked, most);
  const from = token ? Number(/^scan-(?<from>\d{1,9})$/u.exec(token)?.groups?.['from']) : 0;
  if (Number.isNaN(from)) throw invalidParameter(`Invalid page token: ${token}`);
  const items = all.slice(from, from + size);
  const next = items.length === size ? { next_page_token: `scan-${from + size}` } : {};
  return { items, next };
}
