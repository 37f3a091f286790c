import type { Action } from '../action.ts';
import type { Clock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import type { Journal } from '../journal.ts';
import type { Proxy } from '../proxy.ts';
import type { Service } from '../service.ts';
import type { UnknownRoutes } from '../unknown-routes.ts';

/** What can be looked at and changed from outside while a sandbox runs. */
export interface Controls {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly refusedHosts: Proxy['refusedHosts'];
  readonly unknownRoutes: UnknownRoutes;
  readonly services: () => readonly Service[];
  /** With these variables an ordinary program reaches the sandbox. */
  readonly environment: () => Readonly<Record<string, string>>;
}

/** One call of the admin interface. */
export type ControlAction = Action<Controls>;

/** The admin interface has no document but the sandbox's own. */
export const source = 'our own';

/** The services that stand for a vendor's, without what is the sandbox's own. */
export function publicServices({ services }: Controls): readonly Service[] {
  return services().filter((one) => !one.local?.startsWith('/_sandbox/'));
}

/** What the admin interface says when it does not do what it was asked. */
export function failure(status: number, error: string): Response {
  return Response.json({ error }, { status });
}
