import assert from 'node:assert/strict';

import { z } from 'zod';

import { type Clock, openClock } from '../kit/clock.ts';
import type { Service } from '../kit/service.ts';
import type { SandboxTools } from '../kit/tools.ts';
import { GithubConfig } from './github-config.ts';
import { openGithub } from './index.ts';

export const TOKEN = 'github_pat_0123456789';
export const READER = 'github_pat_reader';

const Answer = z.record(z.string(), z.json());
export type Answer = z.infer<typeof Answer>;

/** GitHub with the repository contoso/wine-quality, whose workflow release.yml takes ten seconds. */
export class TestGithub {
  readonly services: readonly Service[];
  readonly clock: Clock;

  constructor(services: readonly Service[], clock: Clock) {
    this.services = services;
    this.clock = clock;
  }

  async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const { hostname } = new URL(url);
    const service = this.services.find((one) => one.serves(hostname));
    assert.ok(service, hostname);
    return (await service.handle(new Request(url, init))).response;
  }

  /** Calls the API as ann, or with the headers given. */
  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` },
  ) {
    const response = await this.fetch(`https://api.github.com${path}`, {
      method,
      headers: { 'user-agent': 'test', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = text.startsWith('{');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? Answer.parse(JSON.parse(text)) : {},
    };
  }

  /** The answer below /repos/contoso/wine-quality, which has to be a success. */
  async ok(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.call(method, `/repos/contoso/wine-quality${path}`, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  /** What a refused request is told. */
  async refusal(method: string, path: string, body?: unknown): Promise<string> {
    const answer = await this.call(method, `/repos/contoso/wine-quality${path}`, body);
    return `${answer.status} ${z.string().parse(answer.body['message'])}`;
  }

  /** Starts release.yml, and tells the id of its run. */
  async start(inputs: Record<string, unknown> = { version: '7' }): Promise<number> {
    const body = { ref: 'main', inputs, return_run_details: true };
    const answer = await this.ok('POST', '/actions/workflows/release.yml/dispatches', body);
    return z.number().parse(answer['workflow_run_id']);
  }
}

export function openForTest(
  config: Partial<z.input<typeof GithubConfig>> = {},
  more: Partial<Pick<SandboxTools, 'endings'>> = {},
): TestGithub {
  const clock = openClock();
  const services = openGithub(
    GithubConfig.parse({
      users: [
        { login: 'ann', token: TOKEN },
        { login: 'bob', token: READER, can_write: false },
      ],
      repositories: [
        {
          owner: 'contoso',
          name: 'wine-quality',
          branches: ['dev'],
          workflows: [
            {
              name: 'Release',
              path: '.github/workflows/release.yml',
              workflow_dispatch: {
                inputs: {
                  version: { required: true },
                  stage: { type: 'choice', options: ['Staging', 'Production'], default: 'Staging' },
                },
              },
              jobs: ['check', 'release'],
              takes_ms: 10_000,
            },
            {
              name: 'Models',
              path: '.github/workflows/models.yml',
              repository_dispatch: ['model-moved'],
              conclusion: 'failure',
              log: ['"run_id": 42'],
            },
          ],
        },
      ],
      ...config,
    }),
    {
      clock,
      workDir: '/nonexistent',
      hidden: { add: () => undefined, redact: (text) => text },
      childEnvironment: () => ({}),
      ...more,
    },
  );
  return new TestGithub(services, clock);
}
