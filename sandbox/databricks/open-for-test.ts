import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

import { z } from 'zod';

import { SandboxConfig } from '../config.ts';
import { type Clock, openClock } from '../kit/clock.ts';
import type { Service } from '../kit/service.ts';
import type { Endings, SandboxTools, Tokens } from '../kit/tools.ts';
import { openDatabricks } from './index.ts';

const HOST = 'adb-1234567890123456.7.azuredatabricks.net';
/** A member of the workspace that has a git credential. */
export const MEMBER = '5f0d7c1e-6f4b-4a8e-9d0c-0123456789ab';
/** A member without one. */
export const NO_GIT = '6a1e8d2f-705c-4b9f-8e1d-123456789abc';
/** An application of the tenant that is no member. */
export const STRANGER = '7b2f9e30-816d-4ca0-9f2e-23456789abcd';
export const USER_TOKEN = 'dapi0123456789abcdef0123456789abcdef';

const Answer = z.record(z.string(), z.json());
export type Answer = z.infer<typeof Answer>;

/** A workspace of a test's own, closed and removed with the test. */
export class TestWorkspace {
  readonly service: Service;
  readonly workDir: string;
  readonly hidden: Set<string>;
  readonly clock: Clock;
  readonly close: () => Promise<void>;

  constructor(
    opened: { service: Service; close: () => Promise<void> },
    { workDir, clock }: Pick<SandboxTools, 'workDir' | 'clock'>,
    hidden: Set<string>,
  ) {
    this.clock = clock;
    this.service = opened.service;
    this.close = opened.close;
    this.workDir = workDir;
    this.hidden = hidden;
  }

  /** Calls the API as MEMBER, or with the token given. */
  async call(method: string, path: string, body?: unknown, token = `app:${MEMBER}`) {
    const { response, principal, action } = await this.service.handle(
      new Request(`https://${HOST}${path}`, {
        method,
        headers: token ? { Authorization: `Bearer ${token}` } : {},
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const answer = isJson ? Answer.parse(JSON.parse(text)) : {};
    return { status: response.status, body: answer, text, principal, action, response };
  }

  /** The answer, which has to be a 200. */
  async ok(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.call(method, path, body);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  /** Puts a notebook at `/<path>` of the workspace. */
  async write(path: string, source: string): Promise<void> {
    const file = join(this.workDir, 'databricks', 'root', 'workspace', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, source);
  }

  /** What stands in a file below /dbfs, once there is something in it. */
  async dbfs(name: string): Promise<string> {
    const deadline = Date.now() + 5_000;
    for (;;) {
      const text = await readFile(this.#dbfs(name), 'utf8').catch(() => '');
      if (text || Date.now() > deadline) return text;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async putDbfs(name: string, text: string): Promise<void> {
    await mkdir(dirname(this.#dbfs(name)), { recursive: true });
    await writeFile(this.#dbfs(name), text);
  }

  #dbfs(name: string): string {
    return join(this.workDir, 'databricks', 'root', 'dbfs', name);
  }

  /** A notebook of these cells, submitted as a run of one task called `main`. */
  async submitCells(cells: readonly string[], more: Record<string, unknown> = {}) {
    await this.write('main.py', notebookOf(cells));
    return this.submit([{ task_key: 'main', notebook_task: { notebook_path: '/main' }, ...more }]);
  }

  async submit(tasks: readonly unknown[], more: Record<string, unknown> = {}): Promise<number> {
    const body = { run_name: 'A test', tasks, ...more };
    return z.number().parse((await this.ok('POST', '/api/2.2/jobs/runs/submit', body))['run_id']);
  }

  run(runId: number): Promise<RunAnswer> {
    return this.ok('GET', `/api/2.2/jobs/runs/get?run_id=${runId}`).then((body) =>
      RunAnswer.parse(body),
    );
  }

  /** The run once it has ended. */
  ended(runId: number): Promise<RunAnswer> {
    return this.until(runId, (run) => run.status.state === 'TERMINATED');
  }

  async until(runId: number, isSo: (run: RunAnswer) => boolean): Promise<RunAnswer> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const run = await this.run(runId);
      if (isSo(run)) return run;
      if (Date.now() > deadline) throw new Error(`Waited in vain: ${JSON.stringify(run)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async output(run: RunAnswer, key = 'main'): Promise<Answer> {
    const task = run.tasks.findLast((one) => one.task_key === key);
    return this.ok('GET', `/api/2.2/jobs/runs/get-output?run_id=${task?.run_id}`);
  }
}

const State = z.object({
  state: z.looseObject({
    life_cycle_state: z.string(),
    result_state: z.string().optional(),
    state_message: z.string(),
  }),
  status: z.looseObject({
    state: z.string(),
    termination_details: z
      .object({ code: z.string(), type: z.string(), message: z.string() })
      .optional(),
  }),
});

const RunAnswer = State.loose().extend({
  run_id: z.number(),
  job_id: z.number(),
  creator_user_name: z.string(),
  run_page_url: z.string(),
  start_time: z.number(),
  end_time: z.number(),
  git_source: z
    .looseObject({ git_snapshot: z.object({ used_commit: z.string() }).optional() })
    .optional(),
  tasks: z.array(
    State.extend({
      run_id: z.number(),
      task_key: z.string(),
      attempt_number: z.number(),
      notebook_task: z
        .looseObject({ base_parameters: z.record(z.string(), z.string()).optional() })
        .optional(),
    }),
  ),
});
export type RunAnswer = z.infer<typeof RunAnswer>;

/** A value that has to be an object. */
export function objectOf(value: unknown): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(value);
}

/** A value that has to be text, or a number. */
export function textOf(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new Error(`No text: ${JSON.stringify(value)}`);
}

function notebookOf(cells: readonly string[]): string {
  return `# Databricks notebook source\n${cells.join('\n\n# COMMAND ----------\n\n')}\n`;
}

interface Setup {
  /** What notebooks and git get as their environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What is different about the workspace. */
  readonly config?: object;
  readonly endings?: Endings;
}

export async function openForTest(t: TestContext, setup: Setup = {}): Promise<TestWorkspace> {
  const workDir = await mkdtemp(join(tmpdir(), 'databricks-'));
  const hidden = new Set<string>();
  const tools: SandboxTools = {
    clock: openClock(),
    workDir,
    hidden: { add: (value) => hidden.add(value), redact: (text) => text },
    childEnvironment: () => setup.environment ?? {},
    tokens: standInTokens(),
    ...(setup.endings && { endings: setup.endings }),
  };
  const opened = await openDatabricks(config(setup.config ?? {}), tools);
  t.after(async () => {
    await opened.close();
    await rm(workDir, { recursive: true, force: true });
  });
  return new TestWorkspace(opened, tools, hidden);
}

/** Takes `app:<client id>` for a token of Entra ID, and issues the like. */
function standInTokens(): Tokens {
  return {
    verify: (token, audience) => {
      const clientId = token.startsWith('app:') ? token.slice('app:'.length) : '';
      const isOurs = clientId !== '' && audience === '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';
      const expiresAtMs = Date.now() + 3_599_000;
      return Promise.resolve(
        isOurs
          ? { kind: 'genuine', clientId, expiresAtMs }
          : { kind: 'refused', because: 'it is none of ours' },
      );
    },
    issue: (clientId, audience) => Promise.resolve(`issued:${clientId}:${audience}`),
  };
}

function config(more: object): SandboxConfig {
  return SandboxConfig.parse({
    admin_token: 'not used in these tests',
    entra: { tenant: '16b3c013-d300-468d-ac64-7eda0820b6d3', apps: [] },
    databricks: {
      host: HOST,
      workspace_id: '1234567890123456',
      principals: [MEMBER, NO_GIT],
      users: [{ name: 'ann@example.com', token: USER_TOKEN }],
      git_credentials: [MEMBER],
      ...more,
    },
    azure_devops: { organization: 'contoso', project: 'MLFlowHooks', principals: [] },
  });
}
