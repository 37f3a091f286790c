import type { z } from 'zod';

import {
  Builds,
  type DatabricksRun,
  DatabricksRuns,
  type Delivery,
  type Event,
  Events,
  Journal,
  type JournalEntry,
  type ModelVersion,
  ModelVersionAnswer,
  Status,
} from './answers.ts';
import type { Stage } from './stage.ts';
import { openVendorApi } from './vendor-api.ts';
import { waitFor } from './wait-for.ts';
import { names } from './wine-quality.ts';

/** What can be seen from outside: the service's API, the vendors' APIs, the sandbox's journal. */
export interface Observer {
  events(): Promise<readonly Event[]>;
  status(): Promise<Status>;
  /** The first delivery of this rule for this model version, once it has a verdict. */
  ended(rule: string, version: string): Promise<Delivery>;
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

/** Looks at a stage from all sides. */
export function openObserver(stage: Stage): Observer {
  const vendor = openVendorApi(stage);

  async function service<Schema extends z.ZodType>(path: string, schema: Schema) {
    const response = await fetch(new URL(path, stage.serviceUrl));
    return schema.parse(await response.json());
  }

  async function events(): Promise<readonly Event[]> {
    const { events: all } = await service('/api/events?limit=200', Events);
    return all;
  }

  async function journal(): Promise<readonly JournalEntry[]> {
    const response = await fetch(new URL('/_sandbox/journal', stage.sandbox.admin), {
      headers: { authorization: `Bearer ${stage.credentials.sandboxAdmin}` },
    });
    const { entries } = Journal.parse(await response.json());
    return entries;
  }

  return {
    events,
    journal,
    status: () => service('/api/status', Status),

    ended: (rule, version) =>
      waitFor(`a verdict of ${rule} on version ${version || '(none)'}`, async () => {
        const deliveries = (await events())
          .filter((event) => event.version === version)
          .flatMap((event) => event.deliveries);
        return deliveries.find((one) => one.rule === rule && isOver(one));
      }),

    pipelineRun: (pipeline, commit) =>
      waitFor(`the end of the run of pipeline ${pipeline} for ${commit.slice(0, 8)}`, async () => {
        const path = `build/builds?definitions=${pipeline}&api-version=7.1`;
        const answer = Builds.parse(await vendor.azure(path));
        const build = answer.value.find(({ sourceVersion }) => sourceVersion === commit);
        if (build?.status !== 'completed') return null;
        return { id: build.id, result: build.result ?? '', url: build._links.web.href };
      }),

    databricksRuns: async () => {
      const path = 'jobs/runs/list?expand_tasks=true&limit=25';
      const answer = DatabricksRuns.parse(await vendor.databricks(path));
      return answer.runs;
    },

    modelVersion: async (model, version) => {
      const query = new URLSearchParams({ name: model, version });
      const answer = ModelVersionAnswer.parse(
        await vendor.databricks(`mlflow/model-versions/get?${query.toString()}`),
      );
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

/** True once there is a verdict, and it is written back; a dead letter may have nobody to write it. */
function isOver({ verdict, phase, reports }: Delivery): boolean {
  if (phase === 'dead') return true;
  return verdict !== null && reports.every(({ state }) => state === 'done' || state === 'failed');
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
