import { type ControlAction, source } from './controls.ts';

/** Hosts beyond the sandbox that somebody wanted to reach. */
export const refusedHosts: ControlAction = {
  method: 'GET',
  path: '/_sandbox/refused-hosts',
  source,
  handle: ({ state }) => Response.json({ refused_hosts: state.refusedHosts() }),
};

/** Paths that somebody asked an emulated service for and that it does not have. */
export const unknownRoutes: ControlAction = {
  method: 'GET',
  path: '/_sandbox/unknown-routes',
  source,
  handle: ({ state }) => Response.json({ unknown_routes: state.unknownRoutes.list() }),
};
