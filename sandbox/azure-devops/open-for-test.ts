import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { z } from 'zod';

import { SandboxConfig } from '../config.ts';
import { type Clock, openClock } from '../kit/clock.ts';
import { openHiddenValues } from '../kit/hidden-values.ts';
import type { Service } from '../kit/service.ts';
import type { Endings } from '../kit/tools.ts';
import { openAzureDevops } from './index.ts';

/** A member of the organisation. */
export const member = '5f0d7c1e-6f4b-4a8e-9d0c-0123456789ab';
/** An application of the tenant that is no member. */
export const stranger = '7b2f9e30-816d-4ca0-9f2e-23456789abcd';
export const pat = 'pat-of-nick';
export const base = '/contoso/MLFlowHooks/_apis';

type Azure = z.input<typeof SandboxConfig>['azure_devops'];

interface Setup {
  /** Files of the repository `wine-quality`, by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly pipelines?: Azure['pipelines'];
  readonly groups?: Azure['variable_groups'];
  /** Files of further repositories, by name and path. */
  readonly others?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly branches?: string[];
  readonly clock?: Clock;
  /** `PATH` of the steps. */
  readonly path?: string;
  /** Whatever else the configuration is to say. */
  readonly azure?: Partial<Azure>;
  readonly agents?: number;
  readonly endings?: Endings;
  readonly childEnvironment?: () => Readonly<Record<string, string>>;
}

const Answer = z.looseObject({});

/** An organisation of a test's own, gone with the test. */
export interface TestOrganization extends AsyncDisposable {
  readonly service: Service;
  readonly folder: string;
  readonly redact: (text: string) => string;
  /** Calls the API with JSON, as the member; `path` begins with `/contoso`. */
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
  /** The answer of a call that has to be a 200. */
  json(method: string, path: string, body?: unknown): Promise<z.infer<typeof Answer>>;
  /** Starts pipeline 1, or another, and gives the id of the run. */
  start(body?: unknown, pipeline?: number): Promise<number>;
  /** Waits until a run has ended, and reads all that there is of it. */
  ended(id: number): Promise<EndedRun>;
}

const Timeline = z.object({
  records: z.array(
    z.object({
      id: z.string(),
      parentId: z.string().nullable(),
      type: z.string(),
      name: z.string(),
      identifier: z.string().nullable(),
      result: z.string().nullable(),
      log: z.object({ id: z.number() }).nullable(),
      issues: z.array(z.object({ type: z.string(), message: z.string() })),
    }),
  ),
});

/** A run that has ended. */
export interface EndedRun {
  readonly result: unknown;
  readonly build: z.infer<typeof Answer>;
  readonly records: z.infer<typeof Timeline>['records'];
  /** Results of records, by name. */
  readonly results: Readonly<Record<string, string | null>>;
  /** What a step printed, without times. */
  log(step: string): string;
  /** What all steps of this name printed, one after the other. */
  logs(step: string): string;
}

/** Opens an organisation with the repository `wine-quality` and the pipelines asked for. */
export async function openForTest(setup: Setup): Promise<TestOrganization> {
  const folder = await mkdtemp(join(tmpdir(), 'azure-devops-'));
  const repositories = { 'wine-quality': setup.files, ...setup.others };
  for (const [name, files] of Object.entries(repositories)) {
    await writeFiles(join(folder, 'from', name), files);
  }
  const hidden = openHiddenValues();
  const azure = await openAzureDevops(
    configOf(setup, join(folder, 'from')),
    {
      clock: setup.clock ?? openClock(),
      workDir: folder,
      hidden,
      childEnvironment: setup.childEnvironment ?? (() => ({})),
      ...(setup.endings && { endings: setup.endings }),
      tokens: {
        verify: async (token) =>
          token.startsWith('app:')
            ? { kind: 'genuine', clientId: token.slice(4), expiresAtMs: Infinity }
            : { kind: 'refused', because: 'it is not one of the test' },
        issue: async (clientId) => `app:${clientId}`,
      },
      assertions: {
        mint: async ({ subject, audience }) => ({
          token: `token of ${subject} for ${audience}`,
          expiresAtMs: Infinity,
        }),
      },
    },
    {
      ...(setup.agents !== undefined && { agents: setup.agents }),
      hookSecondMs: 5,
      ...(setup.path !== undefined && { path: setup.path }),
      waits: { interruptMs: 300, terminateMs: 200, outputMs: 200, minuteMs: 800, secondMs: 10 },
    },
  );
  const { service } = azure;

  const send: TestOrganization['send'] = async (method, path, body, headers = {}) => {
    const url = new URL(path, 'https://dev.azure.com');
    if (!url.searchParams.has('api-version')) url.searchParams.set('api-version', '7.1');
    const request = new Request(url, {
      method,
      headers: { authorization: `Bearer app:${member}`, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await service.handle(request)).response;
  };
  const json: TestOrganization['json'] = async (method, path, body) => {
    const response = await send(method, path, body);
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return Answer.parse(JSON.parse(text));
  };

  return {
    service,
    folder,
    redact: (text) => hidden.redact(text),
    send,
    json,
    start: async (body = {}, pipeline = 1) =>
      z.number().parse((await json('POST', `${base}/pipelines/${pipeline}/runs`, body))['id']),
    ended: async (id) => {
      const path = `${base}/build/builds/${id}`;
      const build = await until(async () => {
        const now = await json('GET', path);
        return now['status'] === 'completed' ? now : null;
      });
      const { records } = Timeline.parse(await json('GET', `${path}/timeline`));
      const logs: [string, string][] = [];
      for (const { name, log } of records) {
        if (log) logs.push([name, await (await send('GET', `${path}/logs/${log.id}`)).text()]);
      }
      const printed = (step: string) =>
        logs
          .filter(([name]) => name === step)
          .map(([, text]) => text.replace(/^\S+Z /gm, '').replaceAll('\r\n', '\n'));
      return {
        result: build['result'],
        build,
        records,
        results: Object.fromEntries(records.map(({ name, result }) => [name, result])),
        log: (step) => printed(step).at(-1) ?? '',
        logs: (step) => printed(step).join(''),
      };
    },
    async [Symbol.asyncDispose]() {
      await azure.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** What a question gives once it gives something, asked until then. */
export async function until<T>(ask: () => Promise<T | null>): Promise<T> {
  const deadline = Date.now() + 15_000;
  while (Date.now() < deadline) {
    const answer = await ask();
    if (answer !== null) return answer;
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  throw new Error('It did not happen in time');
}

function configOf(
  { pipelines, groups, branches, others, azure }: Setup,
  from: string,
): SandboxConfig {
  return SandboxConfig.parse({
    admin_token: 'an-admin-token-of-a-test',
    entra: {
      tenant: '11111111-2222-4333-8444-555555555555',
      apps: [
        { client_id: member, name: 'sp-mlops', secret: 'the+secret&of=mlops' },
        { client_id: stranger, name: 'sp-stranger' },
      ],
    },
    databricks: { host: 'adb-1.1.azuredatabricks.net', workspace_id: '1', principals: [] },
    azure_devops: {
      organization: 'contoso',
      project: 'MLFlowHooks',
      principals: [member],
      users: [{ name: 'Nick', token: pat }],
      repositories: ['wine-quality', ...Object.keys(others ?? {})].map((name) => ({
        name,
        from: join(from, name),
        branches: branches ?? [],
      })),
      pipelines: pipelines ?? [
        { name: 'Test', repository: 'wine-quality', path: 'azure-pipelines.yml' },
      ],
      variable_groups: groups ?? [],
      ...azure,
    },
  });
}
