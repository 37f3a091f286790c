import type { DeliveryView, EventView, StatusView } from '../src/http/views.ts';
import type { Stage } from './stage.ts';
import { openVendorApi } from './vendor-api.ts';
import { waitFor } from './wait-for.ts';
import { names } from './wine-quality.ts';

/** What can be seen from outside: the service's API, the vendors' APIs, the sandbox's journal. */
export interface Observer {
  events(): Promise<readonly EventView[]>;
  status(): Promise<StatusView>;
  /** The first delivery of this rule for this model version, once it has a verdict. */
  ended(rule: string, version: string): Promise<DeliveryView>;
  /** The pipeline run for this commit, once it is over. */
  pipelineRun(pipeline: number, commit: string): Promise<PipelineRun>;
  databricksRuns(): Promise<readonly DatabricksRun[]>;
  modelVersion(model: string, version: string): Promise<ModelVersion>;
  /** How many requests to start a run of this pipeline were answered with a run. */
  startsOf(pipeline: number): Promise<number>;
  journal(): Promise<readonly JournalEntry[]>;
}

export interface PipelineRun {
  readonly id: number;
  readonly result: string;
  readonly url: string;
}

export interface DatabricksRun {
  readonly run_id: number | string;
  readonly run_name: string;
  readonly run_page_url: string;
  readonly creator_user_name: string;
  readonly start_time: number;
  readonly state: { readonly life_cycle_state: string; readonly result_state?: string };
  readonly tasks?: readonly { readonly task_key: string }[];
}

export interface ModelVersion {
  readonly version: string;
  readonly current_stage: string;
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
}

export interface JournalEntry {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly principal: string | null;
}

/** Looks at a stage from all sides. */
export function openObserver(stage: Stage): Observer {
  const vendor = openVendorApi(stage);

  async function service<Answer>(path: string): Promise<Answer> {
    const response = await fetch(new URL(path, stage.serviceUrl));
    return (await response.json()) as Answer;
  }

  async function events(): Promise<readonly EventView[]> {
    const { events: all } = await service<{ events: EventView[] }>('/api/events?limit=200');
    return all;
  }

  async function journal(): Promise<readonly JournalEntry[]> {
    const response = await fetch(new URL('/_sandbox/journal', stage.sandbox.admin), {
      headers: { authorization: `Bearer ${stage.credentials.sandboxAdmin}` },
    });
    const { entries } = (await response.json()) as { entries: JournalEntry[] };
    return entries;
  }

  return {
    events,
    journal,
    status: () => service<StatusView>('/api/status'),

    ended: (rule, version) =>
      waitFor(`a verdict of ${rule} on version ${version || '(none)'}`, async () => {
        const deliveries = (await events())
          .filter((event) => event.version === version)
          .flatMap((event) => event.deliveries);
        return deliveries.find(
          (one) => one.rule === rule && (one.phase === 'reported' || one.phase === 'dead'),
        );
      }),

    pipelineRun: (pipeline, commit) =>
      waitFor(`the end of the run of pipeline ${pipeline} for ${commit.slice(0, 8)}`, async () => {
        const answer = (await vendor.azure(
          `build/builds?definitions=${pipeline}&api-version=7.1`,
        )) as { value: Build[] };
        const build = answer.value.find(({ sourceVersion }) => sourceVersion === commit);
        if (build?.status !== 'completed') return null;
        return { id: build.id, result: build.result ?? '', url: build._links.web.href };
      }),

    databricksRuns: async () => {
      const answer = (await vendor.databricks('jobs/runs/list?expand_tasks=true&limit=25')) as {
        runs?: DatabricksRun[];
      };
      return answer.runs ?? [];
    },

    modelVersion: async (model, version) => {
      const query = new URLSearchParams({ name: model, version });
      const answer = (await vendor.databricks(`mlflow/model-versions/get?${query}`)) as {
        model_version: ModelVersion;
      };
      return answer.model_version;
    },

    startsOf: async (pipeline) => {
      const path = `/_apis/pipelines/${pipeline}/runs`.toLowerCase();
      const entries = await journal();
      return entries.filter(
        (entry) =>
          entry.service === 'azure-devops' &&
          entry.method === 'POST' &&
          entry.status === 200 &&
          entry.path.toLowerCase().endsWith(path),
      ).length;
    },
  };
}

interface Build {
  readonly id: number;
  readonly status: string;
  readonly result?: string;
  readonly sourceVersion: string;
  readonly _links: { readonly web: { readonly href: string } };
}

/** The address below which the sandbox shows the page of a real host to a browser here. */
export function browseUrl(stage: Stage, url: string): string {
  const real = new URL(url);
  return `${stage.sandbox.admin}/${real.host}${real.pathname}${real.search}`;
}

/** Where a model version's own page is. */
export function versionPage(model: string, version: string): string {
  return `https://${names.workspace}/ml/models/${model}/versions/${version}`;
}
