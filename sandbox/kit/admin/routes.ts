import { type ControlAction, publicServices, source } from './controls.ts';

/** Everything that is emulated, endpoint by endpoint, each with where it was read. */
export const routes: ControlAction = {
  method: 'GET',
  path: '/_sandbox/routes',
  source,
  handle: ({ state }) =>
    Response.json({
      routes: publicServices(state).flatMap((service) => {
        return service.routes.map((route) => ({ service: service.name, ...route }));
      }),
    }),
};
