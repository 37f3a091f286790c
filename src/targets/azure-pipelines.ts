import { z } from 'zod';

import {
  type AzureDevopsClient,
  openAzureDevops,
} from '../clients/azure-devops/azure-devops-client.ts';
import type { Build } from '../clients/azure-devops/build.ts';
import { cancelBuild } from '../clients/azure-devops/cancel-build.ts';
import { getBuild } from '../clients/azure-devops/get-build.ts';
import { getTimeline } from '../clients/azure-devops/get-timeline.ts';
import { listBuildsByIds, listBuildsSince } from '../clients/azure-devops/list-builds.ts';
import { readLogs } from '../clients/azure-devops/read-logs.ts';
import { runPipeline } from '../clients/azure-devops/run-pipeline.ts';
import { PermanentError } from '../lib/errors.ts';
import { parseJson } from '../lib/json.ts';
import { Secret } from '../lib/secret.ts';
import {
  errorOf,
  isJob,
  judgePipelineRun,
  judgeRecord,
  runningOn,
} from '../model/judge-pipeline-run.ts';
import type { Observation } from '../model/outcome.ts';
import { asData } from './as-data.ts';
import { noticeCheckFor, readNotice } from './azure-devops-notice.ts';
import {
  defineTarget,
  type Glance,
  type Notice,
  type Run,
  type Start,
  type Watched,
} from './target.ts';

/** Whoever has it can make us look at a run, and no more; yet it must not be guessed. */
const HookSecret = z
  .instanceof(Secret, {
    error: 'must be a reference such as ${env:NAME}: a secret does not belong into the file',
  })
  .refine((secret) => secret.reveal().trim().length >= 16, 'must have 16 characters at least');

const Config = z.strictObject({
  /** `https://dev.azure.com/contoso` */
  organization: z
    .url({ protocol: /^https?$/ })
    .regex(/[^/]$/, 'must not end in a slash')
    .regex(/^[^?#]*$/, 'must not have a query or a fragment'),
  project: z.string().min(1),
  identity: z.string().min(1),
  /** What a service hook shows when it tells us of a run; two while one replaces the other. */
  hook_secrets: z.array(HookSecret).min(1).max(2).optional(),
});

const NO_SECRET = 'it shows none of the hook_secrets';

/** The name under which the pipeline is told the key of its start. */
const KEY = 'signalbox_key';

const Texts = z
  .record(z.string().min(1), z.string())
  .refine((texts) => !Object.hasOwn(texts, KEY), `${KEY} is set by Signalbox itself`);

const Request = z.strictObject({
  pipeline: z.int().positive(),
  /** `main`, or in full: `refs/tags/v1`. */
  branch: z.string().min(1).default('main'),
  /** Template parameters, which the pipeline's YAML declares. */
  parameters: Texts.default({}),
  /** Variables that the pipeline's definition lists as settable at queue time. */
  variables: Texts.default({}),
  /** As which of the two the key goes along. */
  key: z.enum(['parameter', 'variable']).default('parameter'),
});
type Request = z.infer<typeof Request>;

/** Clocks differ: a run that carries the key is ours, even if it seems a little too old. */
const CLOCK_SKEW_MS = 5 * 60_000;

const MAX_OUTPUT_BYTES = 1024 * 1024;

/** Runs a pipeline in Azure DevOps, and follows it to its end. */
export const azurePipelines = defineTarget({
  type: 'azure-pipelines',
  config: Config,
  request: Request,

  open({ organization, project, identity, hook_secrets }, deps) {
    const { fetch } = deps;
    const client = openAzureDevops({
      organization,
      project,
      identity: deps.identity(identity),
      fetch,
    });

    const isGenuine = hook_secrets && noticeCheckFor(hook_secrets);
    return {
      start: (start, signal) => startRun(client, start, signal),
      find: (start, signal) => findRun(client, start, signal),
      named: (id, start, signal) => namedRun(client, id, { start, signal }),
      check: (run, signal) => checkRun(client, run, signal),
      glance: (watched, signal) => glanceAtRuns(client, watched, signal),
      cancel: (run, signal) => cancelBuild(client, run.id, signal),
      output: (run, signal) => readLogs(client, run.id, MAX_OUTPUT_BYTES, signal),
      ...(isGenuine && {
        hear: ({ headers, body }: Notice) =>
          isGenuine(headers) ? readNotice(body) : { kind: 'refused', because: NO_SECRET },
      }),
    };
  },
});

async function startRun(
  client: AzureDevopsClient,
  { key, request }: Start<Request>,
  signal: AbortSignal,
): Promise<Run> {
  const { pipeline, branch } = request;
  const keyOnly = { [KEY]: key };
  const wanted = {
    pipeline,
    refName: branch.startsWith('refs/') ? branch : `refs/heads/${branch}`,
    templateParameters: {
      ...allAsData(request.parameters),
      ...(request.key === 'parameter' && keyOnly),
    },
    variables: { ...allAsData(request.variables), ...(request.key === 'variable' && keyOnly) },
  };
  try {
    const started = await runPipeline(client, wanted, signal);
    return runOf(String(started.id), pipeline, started._links.web.href);
  } catch (error) {
    throw isKeyRefused(error) ? keyRefused(error, request.key) : error;
  }
}

function allAsData(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, asData(text)]));
}

function isKeyRefused(error: unknown): error is PermanentError {
  return error instanceof PermanentError && error.code === 'REFUSED' && error.message.includes(KEY);
}

/** The one mistake that everybody makes once. */
function keyRefused(cause: PermanentError, key: Request['key']): PermanentError {
  const hint =
    key === 'parameter'
      ? `Declare the parameter ${KEY} (type: string) in the pipeline's YAML.`
      : `Add the variable ${KEY} to the pipeline, settable at queue time.`;
  return new PermanentError(cause.code, cause.message, { hint, cause });
}

async function findRun(
  client: AzureDevopsClient,
  { key, request, intendedAtMs }: Start<Request>,
  signal: AbortSignal,
): Promise<Run | null> {
  const { pipeline } = request;
  const since = intendedAtMs - CLOCK_SKEW_MS;
  for await (const listed of listBuildsSince(client, pipeline, since, signal)) {
    const isComplete = saysKeys(listed, request.key);
    const build = isComplete ? listed : await getBuild(client, String(listed.id), signal);
    if (keyOf(build) === key) return runOf(String(build.id), pipeline, build._links.web.href);
  }
  return null;
}

interface Asked {
  readonly start: Start<Request>;
  readonly signal: AbortSignal;
}

async function namedRun(
  client: AzureDevopsClient,
  id: string,
  { start: { key, request }, signal }: Asked,
): Promise<Run | null> {
  if (!/^[1-9]\d{0,9}$/.test(id)) return null;
  try {
    const build = await getBuild(client, id, signal);
    return keyOf(build) === key ? runOf(id, request.pipeline, build._links.web.href) : null;
  } catch (error) {
    if (error instanceof PermanentError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

/**
 * Lists of runs once gave the parameters, and do no longer; a single run still does.
 * Source: MicrosoftDocs/vsts-rest-api-specs#579
 */
function saysKeys({ templateParameters, parameters }: Build, key: Request['key']): boolean {
  return Boolean(key === 'parameter' ? templateParameters : parameters);
}

function keyOf({ templateParameters, parameters }: Build): unknown {
  return templateParameters?.[KEY] ?? variablesIn(parameters ?? '{}')[KEY];
}

function variablesIn(json: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).safeParse(parseJson(json)).data ?? {};
  } catch {
    return {};
  }
}

function runOf(id: string, pipeline: number, url: string): Run {
  return { id, place: { pipeline: String(pipeline) }, url };
}

async function checkRun(
  client: AzureDevopsClient,
  { id }: Run,
  signal: AbortSignal,
): Promise<Observation> {
  // In this order: the timeline of a build that has ended is complete.
  const build = await getBuild(client, id, signal);
  const records = await getTimeline(client, id, signal);
  const parts = records.filter(isJob).map((job) => ({
    name: job.name,
    state: judgeRecord(job),
    error: errorOf(job, records),
  }));
  const state = judgePipelineRun({ status: build.status, result: build.result, records });
  return observed(build, state, parts);
}

/** Without its timeline nothing can be said of a run that has ended, and little of one that goes on. */
async function glanceAtRuns(
  client: AzureDevopsClient,
  watched: readonly Watched[],
  signal: AbortSignal,
): Promise<Glance> {
  const before = new Map(watched.map(({ run, seen }) => [run.id, seen]));
  const { builds, restMs } = await listBuildsByIds(client, [...before.keys()], signal);
  const runs = builds.map((build) => {
    const id = String(build.id);
    const seen = before.get(id) ?? null;
    const state = runningOn(build.status, seen?.state ?? null);
    return [id, state ? observed(build, state, seen?.parts ?? []) : 'over'] as const;
  });
  return { runs: new Map(runs), restMs };
}

function observed(
  build: Build,
  state: Observation['state'],
  parts: Observation['parts'],
): Observation {
  return {
    system: 'azure-pipelines',
    id: String(build.id),
    name: `${build.definition.name} ${build.buildNumber}`.trim(),
    url: build._links.web.href,
    state,
    actor: build.requestedFor?.displayName ?? null,
    commit: build.sourceVersion ?? null,
    startedAtMs: build.startTime,
    endedAtMs: build.finishTime,
    parts,
    foundBy: 'start',
  };
}
