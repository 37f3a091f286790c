import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import { z } from 'zod';

import { type Clock, openClock } from '../kit/clock.ts';
import type { Service } from '../kit/service.ts';
import type { SandboxTools } from '../kit/tools.ts';
import { openMlflow } from './index.ts';
import { MlflowConfig } from './mlflow-config.ts';

const HOST = 'mlflow.contoso.com';

type Settings = Partial<z.input<typeof MlflowConfig>>;

/** With these settings webhooks reach a receiver on this machine. */
export const TO_LOOPBACK: Settings = {
  webhook_allowed_schemes: ['http', 'https'],
  webhook_allow_private_ips: true,
};

const Answer = z.record(z.string(), z.json());
type Answer = z.infer<typeof Answer>;

/** A server of a test's own, closed and removed with the test. */
export class TestServer {
  readonly service: Service;
  readonly clock: Clock;

  constructor(service: Service, clock: Clock) {
    this.service = service;
    this.clock = clock;
  }

  /** Sends a request as it is. */
  async send(method: string, path: string, body?: string, headers: Record<string, string> = {}) {
    const { response, principal, action } = await this.service.handle(
      new Request(`https://${HOST}${path}`, {
        method,
        headers,
        ...(body !== undefined && { body }),
      }),
    );
    return { status: response.status, text: await response.text(), response, principal, action };
  }

  /** Calls the API below /api/2.0/mlflow, with JSON; the answer may be a page. */
  async call(method: string, path: string, body?: unknown) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = { 'content-type': 'application/json' };
    const answered = await this.send(method, `/api/2.0/mlflow/${path}`, text, headers);
    const isJson = answered.response.headers.get('content-type') === 'application/json';
    const json = isJson ? Answer.parse(JSON.parse(answered.text)) : {};
    return { ...answered, body: json };
  }

  /** The answer, which has to be a 200. */
  async ok(method: string, path: string, body?: unknown): Promise<Answer> {
    const answered = await this.call(method, path, body);
    if (answered.status !== 200) throw new Error(`${path}: ${answered.status} ${answered.text}`);
    return answered.body;
  }

  /** What a request that is refused is told. */
  async refusal(method: string, path: string, body?: unknown): Promise<string> {
    const { status, body: told } = await this.call(method, path, body);
    return `${status} ${JSON.stringify(told['error_code'])}: ${JSON.stringify(told['message'])}`;
  }
}

export async function openForTest(
  t: TestContext,
  config: Settings = {},
  outgoing?: SandboxTools['outgoing'],
): Promise<TestServer> {
  const workDir = await mkdtemp(join(tmpdir(), 'mlflow-'));
  const clock = openClock();
  const opened = await openMlflow(MlflowConfig.parse({ host: HOST, ...config }), {
    clock,
    workDir,
    hidden: { add: () => undefined, redact: (text) => text },
    childEnvironment: () => ({}),
    ...(outgoing && { outgoing }),
  });
  t.after(async () => {
    await opened.close();
    await rm(workDir, { recursive: true, force: true });
  });
  return new TestServer(opened.service, clock);
}
