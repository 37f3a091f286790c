import type { Call } from '../kit/action.ts';

/**
 * One page of a list, and the `Link` header that leads to the others.
 *
 * Source: docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api.
 */
export function pageOf<Item>({ url }: Pick<Call<unknown>, 'url'>, items: readonly Item[]) {
  const size = Math.min(100, positive(url.searchParams.get('per_page'), 30));
  const page = positive(url.searchParams.get('page'), 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const links = [
    ...(page > 1 ? [linkTo(url, page - 1, 'prev')] : []),
    ...(page < last ? [linkTo(url, page + 1, 'next'), linkTo(url, last, 'last')] : []),
    ...(page > 1 ? [linkTo(url, 1, 'first')] : []),
  ];
  const headers: Record<string, string> = links.length > 0 ? { link: links.join(', ') } : {};
  return { items: items.slice((page - 1) * size, page * size), headers };
}

function positive(text: string | null, otherwise: number): number {
  const number = Number(text ?? otherwise);
  return Number.isSafeInteger(number) && number > 0 ? number : otherwise;
}

function linkTo(url: URL, page: number, rel: string): string {
  const other = new URL(url);
  other.searchParams.set('page', String(page));
  return `<${other.href}>; rel="${rel}"`;
}
