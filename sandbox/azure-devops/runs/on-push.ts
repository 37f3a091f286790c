import type { Trigger } from '../../pipelines/model/pipeline.ts';
import { readTrigger } from '../../pipelines/model/read-trigger.ts';
import { isTriggered, skipsCi } from '../../pipelines/triggers.ts';
import { parseYaml } from '../../pipelines/yaml/parse-yaml.ts';
import { gatherProblems, PipelineInvalid, unsupported } from '../../pipelines/yaml/problems.ts';
import { entryOf } from '../../pipelines/yaml/tree.ts';
import { toValue } from '../../pipelines/yaml/values.ts';
import type { Identity } from '../identity.ts';
import type { AzureDevops, Definition, HostedRepository } from '../state.ts';
import { VssError } from '../vss-error.ts';
import { refuseRun, startRun } from './start-run.ts';

type Refs = ReadonlyMap<string, string>;

interface Pushed {
  readonly hosted: HostedRepository;
  readonly before: Refs;
  readonly after: Refs;
  readonly by: Identity;
}

interface Change {
  readonly ref: string;
  readonly commit: string;
  readonly changedPaths: readonly string[] | null;
}

/** Starts the pipelines that a push is to start, each from its file as it was pushed. */
export async function onPush(state: AzureDevops, pushed: Pushed): Promise<void> {
  const { hosted, after, before, by } = pushed;
  for (const [ref, commit] of after) {
    if (before.get(ref) === commit) continue;
    const { message } = await hosted.repository.commit(commit);
    if (skipsCi(message)) continue;
    const change = { ref, commit, changedPaths: await changedPaths(pushed, ref, commit) };
    const definitions = state.definitions.filter(
      (definition) => definition.hosted === hosted && definition.queueStatus === 'enabled',
    );
    for (const definition of definitions) await startIfTriggered(state, definition, change, by);
  }
}

/**
 * What a push changed; of a new branch, what it has beyond the default branch.
 * Source: docs/pipelines/repos/includes/ci-triggers5.md of MicrosoftDocs/azure-devops-docs
 */
async function changedPaths(
  { hosted, before }: Pushed,
  ref: string,
  commit: string,
): Promise<readonly string[] | null> {
  const { repository } = hosted;
  const previous = before.get(ref);
  if (previous !== undefined) return repository.changedPaths(previous, commit);
  const main = before.get(`refs/heads/${repository.defaultBranch}`);
  const base = main === undefined ? null : await repository.mergeBase(main, commit);
  return base === null ? null : repository.changedPaths(base, commit);
}

async function startIfTriggered(
  state: AzureDevops,
  definition: Definition,
  { ref, commit, changedPaths: paths }: Change,
  by: Identity,
): Promise<void> {
  const source = await definition.hosted.repository.read(commit, definition.path.slice(1));
  if (source === null) return;
  const asked = { definition, requestedFor: by, ref, version: commit, ...nothing } as const;
  try {
    const trigger = triggerIn(source, definition.path);
    if (!isTriggered(trigger, { ref, changedPaths: paths })) return;
    if (trigger.kind === 'pushes' && trigger.batch) return await startInBatch(state, asked);
    await startRun(state, { ...asked, reason: 'individualCI' });
  } catch (error) {
    refuse(state, { ...asked, reason: 'individualCI' }, error);
  }
}

const nothing = { variables: [], templateParameters: {}, stagesToSkip: [] };

/** @throws {PipelineInvalid} the file does not say what starts it */
function triggerIn(source: string, path: string): Trigger {
  const problems = gatherProblems();
  const tree = parseYaml(source, path, problems);
  const written = entryOf(tree, 'trigger')?.value;
  const trigger = readTrigger(written, problems);
  if (written && JSON.stringify(toValue(written)).includes('${{')) {
    problems.add(written.at, unsupported("'${{ }}' in 'trigger'"));
  }
  problems.throwIfAny();
  return trigger;
}

type Asked = Omit<Parameters<typeof startRun>[1], 'reason'> & {
  readonly ref: string;
  readonly version: string;
};

/** Starts a run now, or when the one of the same branch has ended, together with what came since. */
async function startInBatch(state: AzureDevops, asked: Asked): Promise<void> {
  const { definition, ref } = asked;
  const request = { ...asked, reason: 'batchedCI' } as const;
  const goesOn = state.runs.find(
    (run) =>
      run.definition === definition &&
      run.sourceBranch === ref &&
      run.reason === 'batchedCI' &&
      run.record.status !== 'completed',
  );
  const key = `${definition.id}:${ref}`;
  if (!goesOn) {
    await startRun(state, request);
    return;
  }
  const isFirst = !state.batches.has(key);
  state.batches.set(key, () => startInBatch(state, asked));
  if (isFirst) void goesOn.running?.ended.then(() => startWaiting(state, key, request));
}

async function startWaiting(
  state: AzureDevops,
  key: string,
  request: Parameters<typeof startRun>[1],
): Promise<void> {
  const start = state.batches.get(key);
  state.batches.delete(key);
  if (state.hooks.closing.signal.aborted) return;
  try {
    await start?.();
  } catch (error) {
    // Git starts nothing any more when the sandbox closes.
    if (!state.hooks.closing.signal.aborted) refuse(state, request, error);
  }
}

/** A push has nobody to tell: what is wrong becomes a run that failed. */
function refuse(state: AzureDevops, request: Parameters<typeof startRun>[1], error: unknown): void {
  if (!(error instanceof VssError || error instanceof PipelineInvalid)) throw error;
  const { definition, reason, requestedFor, ref, version } = request;
  const prepared = { definition, reason, requestedFor };
  refuseRun(
    state,
    { ...prepared, sourceBranch: ref ?? '', sourceVersion: version ?? '' },
    error.message,
  );
}
