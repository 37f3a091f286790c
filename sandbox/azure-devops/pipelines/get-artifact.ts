import type { Action } from '../../kit/action.ts';
import { findArtifact, zippedArtifact } from '../build/artifact-json.ts';
import { enter } from '../enter.ts';
import { linksOf } from '../links.ts';
import { respond } from '../respond.ts';
import { findVisibleRun } from '../runs/find-run.ts';
import { isExpanded, signedContent } from '../signed-content.ts';
import type { AzureDevops } from '../state.ts';

export const getRunArtifact: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_apis/pipelines/:pipeline/runs/:run/artifacts',
  source: 'vsts-rest-api-specs, specification/pipelines/7.1, Artifacts_Get',
  async handle(call) {
    const caller = await enter(call);
    const { state, url } = call;
    const run = findVisibleRun(call, caller);
    const artifact = findArtifact(run, url.searchParams.get('artifactName') ?? '');
    const { definition, record } = run;
    return respond(call, caller, {
      name: artifact.name,
      url: `${linksOf(state).run(definition.id, record.id)}/artifacts?artifactName=${encodeURIComponent(artifact.name)}`,
      ...(isExpanded(call) && {
        signedContent: signedContent(state, () => zippedArtifact(artifact)),
      }),
    });
  },
};
