import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { maySetRef } from '../permissions/rights.ts';
import { parsed } from '../pipelines/run-parameters.ts';
import { listed, respond } from '../respond.ts';
import type { AzureDevops, HostedRepository } from '../state.ts';
import { afterPush } from './after-push.ts';
import { findRepository } from './repository-json.ts';

/** Source: GitRefUpdate in specification/git/7.1 of MicrosoftDocs/vsts-rest-api-specs */
const Updates = z.array(
  z.object({ name: z.string(), oldObjectId: z.string(), newObjectId: z.string() }),
);
type Update = z.infer<typeof Updates>[number];

const nothing = '0'.repeat(40);

/** Makes, moves and deletes branches and tags; each on its own, so that the answer is always a 200. */
export const updateRefs: Action<AzureDevops> = {
  method: 'POST',
  path: '/:org/:project/_apis/git/repositories/:repo/refs',
  source: 'test_ref_createDeleteList of Azure/azure-devops-cli-extension, a recording',
  async handle(call) {
    const { state } = call;
    const by = await enter(call);
    const hosted = findRepository(state, call.params['repo']);
    const updates = parsed(Updates, await call.json());
    const before = await hosted.repository.refs();
    const results = [];
    for (const update of updates) {
      const isNew = update.oldObjectId === nothing;
      const missing = maySetRef(state, by, isNew);
      const updateStatus = missing ?? (await tryUpdate(hosted, update));
      results.push({
        repositoryId: hosted.id,
        name: update.name,
        oldObjectId: update.oldObjectId,
        newObjectId: update.newObjectId,
        isLocked: false,
        updateStatus,
        success: updateStatus === 'succeeded',
      });
    }
    const after = await hosted.repository.refs();
    await afterPush(state, { hosted, before, after, by });
    return respond(call, by, listed(results));
  },
};

async function tryUpdate({ repository }: HostedRepository, update: Update): Promise<string> {
  const { name, oldObjectId, newObjectId } = update;
  const isName = await repository.git(['check-ref-format', name]).then(
    () => name.startsWith('refs/'),
    () => false,
  );
  if (!isName) return 'invalidRefName';
  const now = (await repository.refs()).get(name) ?? nothing;
  if (now !== oldObjectId) return now === nothing ? 'succeededNonExistentRef' : 'staleOldObjectId';
  if (newObjectId === nothing) return done(repository.git(['update-ref', '-d', name, oldObjectId]));
  const isId = /^[0-9a-f]{40}$/.test(newObjectId);
  if (!isId || (await repository.resolve(newObjectId)) === null) return 'unresolvableToCommit';
  return done(repository.git(['update-ref', name, newObjectId, oldObjectId]));
}

/** Git itself refuses a branch below another one's name. */
function done(update: Promise<string>): Promise<string> {
  return update.then(
    () => 'succeeded',
    () => 'refNameConflict',
  );
}
