/** How often, and for how long, a start of which nothing came is made again. */
export type RetryPlan = Waits & {
  /** How long after the first start another may be made, milliseconds. */
  readonly forMs: number;
};

type Waits =
  /** One wait for each further start: when the list is used up, so are the starts. */
  | { readonly kind: 'schedule'; readonly waitsMs: readonly number[] }
  | {
      readonly kind: 'exponential';
      readonly firstMs: number;
      readonly longestMs: number;
      /** The first one counted; null: as many as fit into `forMs`. */
      readonly tries: number | null;
    };

/** What is known when a start has come to nothing. */
export interface Tried {
  /** How many starts there were, this one counted. */
  readonly tries: number;
  /** Since the intent of the first one was stored, milliseconds. */
  readonly elapsedMs: number;
  /** What was heard last. */
  readonly because: string;
  /** How long the other side asked us to wait; 0: it did not. */
  readonly retryAfterMs: number;
  /** A number from 0 to 1: given, not drawn, so that a test can repeat it. */
  readonly chance: number;
}

export type NextTry =
  | { readonly kind: 'again'; readonly afterMs: number }
  | { readonly kind: 'used_up'; readonly because: string };

/**
 * When to start again, or why not to.
 *
 * An exponential wait is anything up to twice the one before (full jitter): those that failed at
 * the same moment come back one by one.
 * Source: aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter
 */
export function nextTry(plan: RetryPlan, tried: Tried): NextTry {
  const ownMs = waitOf(plan, tried);
  const afterMs = Math.max(ownMs ?? 0, tried.retryAfterMs);
  if (ownMs === null || tried.elapsedMs + afterMs > plan.forMs) {
    return { kind: 'used_up', because: usedUp(tried) };
  }
  return { kind: 'again', afterMs };
}

function waitOf(plan: RetryPlan, { tries, chance }: Tried): number | null {
  if (plan.kind === 'schedule') return plan.waitsMs[tries - 1] ?? null;
  if (plan.tries !== null && tries >= plan.tries) return null;
  const doubled = plan.firstMs * 2 ** Math.min(Math.max(tries - 1, 0), 30);
  return Math.round(Math.min(doubled, plan.longestMs) * chance);
}

/** What a dead letter says of its attempts: how often, for how long, and the last error. */
function usedUp({ tries, elapsedMs, because }: Tried): string {
  const times = tries === 1 ? 'once' : `${tries} times`;
  return `could not be started: tried ${times} in ${spanOf(elapsedMs)}; the last time: ${because}`;
}

const UNITS = [
  { ms: 86_400_000, name: 'd' },
  { ms: 3_600_000, name: 'h' },
  { ms: 60_000, name: 'm' },
  { ms: 1000, name: 's' },
] as const;

/** `1 h 5 m`: the two largest units of it. */
function spanOf(spanMs: number): string {
  const first = UNITS.findIndex(({ ms }) => spanMs >= ms);
  if (first < 0) return '0 s';
  let rest = spanMs;
  const parts = UNITS.slice(first, first + 2).map(({ ms, name }) => {
    const count = Math.floor(rest / ms);
    rest -= count * ms;
    return count === 0 ? '' : `${count} ${name}`;
  });
  return parts.filter((part) => part !== '').join(' ');
}
