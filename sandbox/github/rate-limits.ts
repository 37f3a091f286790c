const HOUR_MS = 3_600_000;

export interface RateLimit {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Epoch seconds. */
  readonly reset: number;
}

/** How many requests each token has left in its hour. */
export interface RateLimits {
  /** Counts one; null: there was none left. */
  take(login: string): RateLimit | null;
  of(login: string): RateLimit;
}

/** Source: docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api. */
export function openRateLimits(limit: number, now: () => number): RateLimits {
  const windows = new Map<string, { startedMs: number; used: number }>();
  const windowOf = (login: string) => {
    const known = windows.get(login);
    if (known && now() < known.startedMs + HOUR_MS) return known;
    const fresh = { startedMs: now(), used: 0 };
    windows.set(login, fresh);
    return fresh;
  };
  const shown = ({ startedMs, used }: { startedMs: number; used: number }): RateLimit => ({
    limit,
    used,
    remaining: limit - used,
    reset: Math.ceil((startedMs + HOUR_MS) / 1000),
  });
  return {
    take(login) {
      const window = windowOf(login);
      if (window.used >= limit) return null;
      window.used += 1;
      return shown(window);
    },
    of: (login) => shown(windowOf(login)),
  };
}
