import { type ControlAction, source } from './controls.ts';

/** The variables for a program of this machine. */
export const environment: ControlAction = {
  method: 'GET',
  path: '/_sandbox/environment',
  source,
  handle: ({ state }) => Response.json({ environment: state.environment() }),
};
