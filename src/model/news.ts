import type { Delivery } from './delivery.ts';
import type { ReportForm } from './report.ts';
import type { Wish } from './wish.ts';

const kinds = ['starts', 'follows', 'cancels', 'reports'] as const;

/** What there may be to do since something was stored. */
export type News = (typeof kinds)[number];

/** Where it is not known what has changed. */
export const allNews: readonly News[] = kinds;

interface Stored {
  /** Said on the timeline. */
  readonly say?: string;
  /** True while whoever stored it works on. */
  readonly keep?: boolean;
  readonly reports?: readonly ReportForm[];
}

/** What there may be to do once a delivery is stored so. */
export function newsOf(
  { phase, cancel }: Pick<Delivery, 'phase'> & { readonly cancel: Wish | null },
  { say, keep = false, reports = [] }: Stored,
): readonly News[] {
  if (say === undefined || keep || phase === 'reported') return [];
  if (phase === 'running') return cancel ? ['follows', 'cancels'] : ['follows'];
  // What is over makes room at its target, and for the next of its key.
  return reports.length > 0 ? ['starts', 'reports'] : ['starts'];
}

/** The news in a hint; who wrote one without any, or with other words, may mean any. */
export function newsIn(words: readonly string[]): readonly News[] {
  const known = kinds.filter((kind) => words.includes(kind));
  return known.length === words.length && known.length > 0 ? known : allNews;
}
