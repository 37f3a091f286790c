/** Something that a client asked for and that the emulated service does not have. */
export interface UnknownRoute {
  readonly service: string;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly times: number;
  readonly lastAtMs: number;
}

export interface UnknownRoutes {
  add(service: string, method: string, url: URL, atMs: number): void;
  list(): readonly UnknownRoute[];
}

/** Enough to see what is missing; a client that tries every path shall not fill the memory. */
const KEPT = 500;

/** No route was asked for in vain yet. */
export function openUnknownRoutes(): UnknownRoutes {
  const routes = new Map<string, UnknownRoute>();
  return {
    add(service, method, { hostname: host, pathname: path }, lastAtMs) {
      const key = `${method} ${host}${path}`;
      const times = (routes.get(key)?.times ?? 0) + 1;
      if (times === 1 && routes.size >= KEPT) return;
      routes.set(key, { service, method, host, path, times, lastAtMs });
    },
    list: () => [...routes.values()],
  };
}
