import type { Action } from '../../kit/action.ts';
import type { Workspace } from '../workspace.ts';
import { getLatestVersions } from './get-latest-versions.ts';

/** The older way of asking the same: with a query. */
export const getLatestVersionsByQuery: Action<Workspace> = {
  ...getLatestVersions,
  method: 'GET',
  source: 'mlflow service.proto, GetLatestVersions: POST, and GET for older clients',
};
