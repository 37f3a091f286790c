import type { AzureDevopsClient } from '../../clients/azure-devops/azure-devops-client.ts';
import { cancelBuild } from '../../clients/azure-devops/cancel-build.ts';
import { getBuild } from '../../clients/azure-devops/get-build.ts';
import { listActiveBuilds } from '../../clients/azure-devops/list-active-builds.ts';
import { listBuildsSince } from '../../clients/azure-devops/list-builds.ts';
import { previewPipeline } from '../../clients/azure-devops/preview-pipeline.ts';
import { runPipeline } from '../../clients/azure-devops/run-pipeline.ts';
import { ConfigError, PermanentError } from '../../lib/errors.ts';
import { lookAtPipelineRun, remainsOfJob, type SeenJob } from './look-at-pipeline-run.ts';
import type { Runner, Start, StartedRun } from './runner.ts';

export interface PipelineOrder {
  readonly pipeline: number;
  /** In full: `refs/heads/main`; null: the pipeline's own branch. */
  readonly refName: string | null;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The parameter in which a pipeline is told the key of its start, if it declares it. */
const KEY = 'signalbox_key';

const DECLARE = `Declare the parameter ${KEY} (type: string, default: '') in its YAML: by it, a run is found again.`;

/** Azure DevOps may hold a request for half a minute, and we for a minute, before it is done. */
const SETTLE_MS = 75_000;

/** Clocks differ. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** A pipeline of Azure DevOps, found again by its key where it takes one. */
export function pipelineRunner(client: AzureDevopsClient, order: PipelineOrder): Runner {
  const { pipeline, refName } = order;
  const jobs = new Map<string, SeenJob>();
  let takesKey = false;

  function parametersFor(key: string): PipelineOrder['parameters'] {
    return { ...order.parameters, ...(takesKey && { [KEY]: key }) };
  }

  return {
    kind: 'pipeline',
    system: 'azure-pipelines',
    what: refName === null ? `pipeline ${pipeline}` : `pipeline ${pipeline} on ${short(refName)}`,
    settleMs: SETTLE_MS,
    async prepare(key, signal) {
      takesKey = true;
      const refusal = await refusalOf(client, { ...order, parameters: parametersFor(key) }, signal);
      if (refusal === null) return;
      takesKey = false;
      const isKey = refusal.message.includes(KEY) && !Object.hasOwn(order.parameters, KEY);
      const own = isKey ? await refusalOf(client, order, signal) : refusal;
      if (own) throw wrongOrder(own);
    },
    async existing(signal) {
      const builds = await listActiveBuilds(client, { pipeline, refName }, signal);
      return builds.map((build) => runOf(build));
    },
    async start(start, signal) {
      const found = await foundFor(client, order, { start, takesKey, signal });
      if (found) return found;
      const templateParameters = parametersFor(start.key);
      const wanted = { pipeline, refName, templateParameters, variables: {} };
      return runOf(await runPipeline(client, wanted, signal));
    },
    async look(id, signal) {
      const { look, jobs: seen } = await lookAtPipelineRun(client, id, signal);
      for (const [job, known] of seen) jobs.set(job, known);
      return look;
    },
    cancel: (id, signal) => cancelBuild(client, id, signal),
    async remains({ id }, signal) {
      const job = jobs.get(id);
      return job
        ? await remainsOfJob(client, job, signal)
        : { error: null, trace: null, output: null };
    },
    advise: () => null,
    required: null,
  };
}

/** Why Azure DevOps would not run it; null: it would. */
async function refusalOf(
  client: AzureDevopsClient,
  { pipeline, refName, parameters }: PipelineOrder,
  signal: AbortSignal,
): Promise<PermanentError | null> {
  try {
    const preview = { pipeline, refName, templateParameters: parameters };
    await previewPipeline(client, preview, signal);
    return null;
  } catch (error) {
    if (error instanceof PermanentError && error.code === 'REFUSED') return error;
    throw error;
  }
}

function wrongOrder(cause: PermanentError): ConfigError {
  const hint = 'Compare --branch and --parameter with what the pipeline declares.';
  return new ConfigError('CONFIG_INVALID', cause.message, { hint, cause });
}

/** What a key promises could not be kept. */
function keyless(pipeline: number): ConfigError {
  return new ConfigError('CONFIG_INVALID', `pipeline ${pipeline} takes no --key`, {
    hint: DECLARE,
  });
}

interface Search {
  readonly start: Start;
  readonly takesKey: boolean;
  readonly signal: AbortSignal;
}

/**
 * The run that may be there already; null: there is none.
 * @throws {ConfigError} the pipeline takes no key, and one was given
 */
async function foundFor(
  client: AzureDevopsClient,
  order: PipelineOrder,
  search: Search,
): Promise<StartedRun | null> {
  const { isKeyGiven, mayExist } = search.start;
  if (isKeyGiven && !search.takesKey) throw keyless(order.pipeline);
  return isKeyGiven || mayExist ? await find(client, order, search) : null;
}

/** The run of a start that went unanswered, or of another process; null: there is none. */
async function find(
  client: AzureDevopsClient,
  { pipeline }: PipelineOrder,
  { start, takesKey, signal }: Search,
): Promise<StartedRun | null> {
  if (!takesKey) {
    throw new PermanentError('UNANSWERED', 'nobody can tell whether the pipeline was started', {
      hint: DECLARE,
    });
  }
  const sinceMs = start.intendedAtMs - CLOCK_SKEW_MS;
  for await (const listed of listBuildsSince(client, pipeline, sinceMs, signal)) {
    // A list was seen to leave the parameters out. Source: MicrosoftDocs/vsts-rest-api-specs#579
    const build = listed.templateParameters
      ? listed
      : await getBuild(client, String(listed.id), signal);
    if (build.templateParameters?.[KEY] === start.key) return runOf(build);
  }
  return null;
}

interface Linked {
  readonly id: number;
  readonly _links: { readonly web: { readonly href: string } };
}

function runOf({ id, _links }: Linked): StartedRun {
  return { id: String(id), url: _links.web.href };
}

function short(refName: string): string {
  return refName.replace(/^refs\/heads\//, '');
}
