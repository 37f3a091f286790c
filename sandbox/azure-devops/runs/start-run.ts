import { randomBytes, randomUUID } from 'node:crypto';
import { context, text } from '../../pipelines/expressions/value.ts';
import type { Pipeline } from '../../pipelines/model/pipeline.ts';
import { runNumber } from '../../pipelines/run-number.ts';
import { startPipeline } from '../../pipelines/runs/run-pipeline.ts';
import type { RunSource } from '../../pipelines/runs/run-plan.ts';
import type { RunRecord } from '../../pipelines/runs/run-record.ts';
import type { Variable } from '../../pipelines/variables/variable-set.ts';
import { fromJson } from '../../pipelines/yaml/values.ts';
import { publishRunChange } from '../hooks/publish.ts';
import { linksOf } from '../links.ts';
import { connectionOf } from '../service-connections/connection-of.ts';
import type { AzureDevops, Definition, Run } from '../state.ts';
import { buildError, pipelineInvalid, VssError } from '../vss-error.ts';
import { FIRST_ID } from './find-run.ts';
import { forcedEnd } from './forced-end.ts';
import { openGate } from './gate.ts';
import { load, type RunRepository } from './load.ts';
import { queueVariables } from './queue-variables.ts';
import { type Prepared, serverVariables } from './server-variables.ts';

export interface RunRequest {
  readonly definition: Definition;
  readonly reason: Run['reason'];
  readonly requestedFor: Run['requestedFor'];
  /** `refs/heads/main`; null: the default branch. */
  readonly ref: string | null;
  /** A commit; null: the newest of the branch. */
  readonly version: string | null;
  readonly variables: readonly Variable[];
  readonly templateParameters: Readonly<Record<string, unknown>>;
  readonly stagesToSkip: readonly string[];
  /** Branches of other repositories, by alias, instead of what the file says. */
  readonly versions?: ReadonlyMap<string, string>;
}

/**
 * Starts a run, or refuses it before there is one.
 * @throws {VssError} the pipeline or what was sent with it cannot run
 */
export async function startRun(state: AzureDevops, request: RunRequest): Promise<Run> {
  checkEnabled(request.definition);
  const prepared = await prepare(request);
  try {
    return await begin(state, request, prepared);
  } catch (error) {
    const isLate = state.config.azure_devops.late_yaml_errors && isAboutFile(error);
    if (!isLate) throw error;
    return refuseRun(state, prepared, error.message, 'later');
  }
}

/** Whether an error says where in a file it is. */
function isAboutFile(error: unknown): error is VssError {
  return error instanceof VssError && /^\S+ \(Line: \d+, Col: \d+\): /.test(error.message);
}

async function begin(state: AzureDevops, request: RunRequest, prepared: Prepared): Promise<Run> {
  const variables = queueVariables(state, request.definition, request.variables);
  const predefined = serverVariables(state, prepared);
  const { pipeline, repositories } = await load(state, {
    prepared,
    parameters: new Map(
      Object.entries(request.templateParameters).map(([name, json]) => [name, fromJson(json)]),
    ),
    variables: knownAtFirst(variables, predefined),
    ...(request.versions && { versions: request.versions }),
  });
  const stagesToSkip = checkStages(pipeline, request.stagesToSkip);

  const { repository } = prepared.definition.hosted;
  const { message, author } = await repository.commit(prepared.sourceVersion);
  // From here to the end nothing is waited for: no other run comes by the same id.
  const notes = pipeline.notes.map((note) => ({ result: 'warning', message: note }) as const);
  const record = newRecord(state, notes);
  const all = [
    ...predefined,
    ['Build.BuildId', String(record.id)],
    ['Build.BuildUri', `vstfs:///Build/Build/${record.id}`],
    ['Build.ContainerId', String(record.id)],
    ['Build.SourceVersionAuthor', author],
    ['Build.SourceVersionMessage', message.split('\n')[0] ?? ''],
  ] as const;
  record.number = numberOf(state, prepared.definition, pipeline, variables, all);
  const accessToken = randomBytes(32).toString('base64url');
  const forced = forcedEnd(state, prepared.definition);
  // Of a run without steps nobody ever gets to see it.
  if (!forced) state.tools.hidden.add(accessToken);
  const running = startPipeline(
    {
      record,
      pipeline,
      variables,
      predefined: all,
      stagesToSkip,
      forced,
      sources: sourcesOf(state, repositories),
      resources: resourcesOf(state, repositories),
      gate: openGate(state, prepared.definition, pipeline, repositories),
      observe: (change) => {
        // Its token is good for as long as the run goes on, each time that it does.
        if (change.kind === 'run' && change.state === 'completed') {
          state.runTokens.delete(accessToken);
        } else state.runTokens.set(accessToken, run);
        publishRunChange(state, run, change);
      },
      accessToken,
      connectionOf: (name) => connectionOf(state, name),
      oidcRequestUri: (jobId) => linksOf(state).oidcToken(record.planId, jobId),
      groupOf: (name) => groupOf(state, name),
      count: counterOf(state, prepared.definition),
    },
    state.deps,
  );
  const run: Run = {
    ...prepared,
    revision: prepared.definition.revision,
    record,
    variables: request.variables,
    templateParameters: shownParameters(request.templateParameters),
    repositories,
    stages: pipeline.stages,
    running,
  };
  state.runs.push(run);
  state.runTokens.set(accessToken, run);
  return run;
}

/** Puts down a run that could not begin: a push has nobody to tell. */
export function refuseRun(
  state: AzureDevops,
  prepared: Prepared,
  message: string,
  ends: 'at once' | 'later' = 'at once',
): Run {
  const record = newRecord(state, [{ result: 'error', message }]);
  record.number = String(record.id);
  const run: Run = {
    ...prepared,
    revision: prepared.definition.revision,
    record,
    variables: [],
    templateParameters: {},
    repositories: new Map(),
    stages: [],
    running: null,
  };
  state.runs.push(run);
  const end = () => {
    record.status = 'completed';
    record.result = 'failed';
    record.startedAtMs = record.queuedAtMs;
    record.finishedAtMs = state.tools.clock.now();
    record.changedAtMs = record.finishedAtMs;
    publishRunChange(state, run, { kind: 'run', state: 'completed' });
  };
  if (ends === 'later') setImmediate(end);
  else end();
  return run;
}

/** @throws {VssError} no such branch or commit */
export async function prepare(
  request: Pick<RunRequest, 'definition' | 'reason' | 'requestedFor' | 'ref' | 'version'>,
): Promise<Prepared> {
  const { definition, reason, requestedFor, version } = request;
  const { repository } = definition.hosted;
  const sourceBranch = request.ref ?? `refs/heads/${repository.defaultBranch}`;
  const sourceVersion = await repository.resolve(version ?? sourceBranch);
  if (sourceVersion === null || !sourceBranch.startsWith('refs/')) {
    throw pipelineInvalid(
      `Could not get the latest source version for repository ${repository.name} hosted on Azure Repos using ref ${sourceBranch}.`,
    );
  }
  return { definition, reason, requestedFor, sourceBranch, sourceVersion };
}

/** What `${{ variables[…] }}` finds: no secret, and nothing that a step sets. */
export function knownAtFirst(
  variables: readonly Variable[],
  predefined: readonly (readonly [string, string])[],
): ReadonlyMap<string, string> {
  const shown = variables.filter(({ secret }) => !secret);
  return new Map([...shown.map(({ name, value }) => [name, value] as const), ...predefined]);
}

function checkEnabled({ name, queueStatus }: Definition): void {
  if (queueStatus === 'enabled') return;
  const message = `Could not queue the build because the pipeline ${name} is disabled.`;
  throw buildError(400, 'DefinitionDisabledException', message);
}

function checkStages(pipeline: Pipeline, names: readonly string[]): ReadonlySet<string> {
  const known = new Set(pipeline.stages.map(({ name }) => name.toLowerCase()));
  const unknown = names.find((name) => !known.has(name.toLowerCase()));
  if (unknown !== undefined) throw pipelineInvalid(`The stage '${unknown}' does not exist.`);
  return new Set(names.map((name) => name.toLowerCase()));
}

function newRecord(state: AzureDevops, validation: RunRecord['validation']): RunRecord {
  const nowMs = state.tools.clock.now();
  return {
    id: FIRST_ID + state.runs.length,
    number: '',
    status: 'notStarted',
    result: null,
    queuedAtMs: nowMs,
    startedAtMs: null,
    finishedAtMs: null,
    changedAtMs: nowMs,
    changeId: 1,
    planId: randomUUID(),
    records: [],
    retired: [],
    logs: [],
    tags: [],
    artifacts: [],
    summaries: [],
    validation,
  };
}

function numberOf(
  state: AzureDevops,
  definition: Definition,
  { name, variables: lines }: Pipeline,
  variables: readonly Variable[],
  predefined: readonly (readonly [string, string])[],
): string {
  const known = new Map<string, string>();
  for (const variable of variables) known.set(variable.name.toLowerCase(), variable.value);
  for (const line of lines) {
    if (line.kind === 'value') known.set(line.name.toLowerCase(), line.value);
  }
  for (const [key, value] of predefined) known.set(key.toLowerCase(), value);
  const short = {
    builddefinitionname: 'build.definitionname',
    buildid: 'build.buildid',
    sourcebranchname: 'build.sourcebranchname',
    teamproject: 'system.teamproject',
  };
  const aliases = new Map(Object.entries(short));
  return runNumber({
    format: name,
    nowMs: state.tools.clock.now(),
    valueOf: (key) => known.get(aliases.get(key.toLowerCase()) ?? key.toLowerCase()),
    revisionOf: (around) => {
      const key = `${definition.id}:${around}`;
      const revision = (state.revisions.get(key) ?? 0) + 1;
      state.revisions.set(key, revision);
      return revision;
    },
  });
}

function sourcesOf(state: AzureDevops, repositories: ReadonlyMap<string, RunRepository>) {
  return new Map(
    Array.from(repositories, ([alias, { hosted, ref, commit }]): [string, RunSource] => [
      alias.toLowerCase(),
      {
        dir: hosted.repository.dir,
        name: hosted.repository.name,
        remoteUrl: linksOf(state).remote(hosted.repository.name),
        commit,
        branch: ref.replace(/^refs\/heads\//, ''),
      },
    ]),
  );
}

/** Source: docs/pipelines/repos/multi-repo-checkout.md of azure-devops-docs, "Repository details" */
function resourcesOf(state: AzureDevops, repositories: ReadonlyMap<string, RunRepository>) {
  const described = Array.from(repositories, ([alias, { hosted, ref, commit }]) => {
    const details = {
      name: `${state.project.name}/${hosted.repository.name}`,
      ref,
      type: 'Git',
      id: hosted.id,
      url: linksOf(state).remote(hosted.repository.name),
      version: commit,
    };
    const entries = Object.entries(details).map(([key, value]) => [key, text(value)] as const);
    return [alias, context(entries)] as const;
  });
  return context([['repositories', context(described)]]);
}

function groupOf(state: AzureDevops, name: string): readonly Variable[] {
  const group = state.groups.find((one) => one.name.toLowerCase() === name.toLowerCase());
  return group?.variables ?? [];
}

/** Counts on once per run, however often the run asks. */
function counterOf(state: AzureDevops, definition: Definition) {
  const counted = new Map<string, number>();
  return (prefix: string, seed: number): number => {
    const key = `${definition.id}:${prefix}`;
    const known = counted.get(key);
    if (known !== undefined) return known;
    const before = state.counters.get(key);
    const next = before === undefined ? seed : Math.max(seed, before + 1);
    state.counters.set(key, next);
    counted.set(key, next);
    return next;
  };
}

function shownParameters(given: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
