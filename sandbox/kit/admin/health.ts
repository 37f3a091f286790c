import { type ControlAction, publicServices, source } from './controls.ts';

/** That it is up, what it emulates, and what time it is there. */
export const health: ControlAction = {
  method: 'GET',
  path: '/_sandbox/health',
  source,
  handle: ({ state, now }) =>
    Response.json({
      status: 'ok',
      now_ms: now(),
      services: publicServices(state).map((service) => service.name),
    }),
};
