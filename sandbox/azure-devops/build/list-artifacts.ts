import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { listed, respond } from '../respond.ts';
import { findVisibleBuild } from '../runs/find-run.ts';
import type { AzureDevops } from '../state.ts';
import { artifactJson, findArtifact, zippedArtifact } from './artifact-json.ts';

/** All artifacts of a build; with `artifactName` one of them, as a zip if that is asked for. */
export const listArtifacts: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_apis/build/builds/:build/artifacts',
  source: 'vsts-rest-api-specs, specification/build/7.1, Artifacts_List and Artifacts_GetArtifact',
  async handle(call) {
    const caller = await enter(call);
    const { state, url } = call;
    const run = findVisibleBuild(call, caller);
    const name = url.searchParams.get('artifactName');
    if (name === null) {
      const artifacts = run.record.artifacts.map((one) => artifactJson(state, run, one));
      return respond(call, caller, listed(artifacts));
    }
    const artifact = findArtifact(run, name);
    const isZip =
      url.searchParams.get('$format') === 'zip' ||
      (call.request.headers.get('accept') ?? '').includes('application/zip');
    return isZip
      ? zippedArtifact(artifact)
      : respond(call, caller, artifactJson(state, run, artifact));
  },
};
