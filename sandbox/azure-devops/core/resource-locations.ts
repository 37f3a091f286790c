import type { Action, Call } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { listed, respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { locations } from './locations.ts';

async function list(call: Call<AzureDevops>): Promise<Response> {
  const caller = await enter(call);
  const asked = call.params['area']?.toLowerCase();
  const found = locations.filter(([area]) => asked === undefined || area.toLowerCase() === asked);
  const shown = found.map(([area, resourceName, id, routeTemplate, resourceVersion]) => ({
    id,
    area,
    resourceName,
    routeTemplate,
    resourceVersion,
    minVersion: '1.0',
    maxVersion: '7.2',
    releasedVersion: '7.1',
  }));
  return respond(call, caller, listed(shown));
}

/** Where everything is found, as the Python client asks for it. */
export const allLocations: Action<AzureDevops> = {
  method: 'OPTIONS',
  path: '/:org/_apis',
  source: 'azure-devops 7.1.0b4 (Python) against a recording server',
  handle: list,
};

/** Where one area is found, as the Node client asks for it. */
export const areaLocations: Action<AzureDevops> = {
  method: 'OPTIONS',
  path: '/:org/_apis/:area',
  source: 'azure-devops-node-api 17.0.1 against a recording server',
  handle: list,
};
