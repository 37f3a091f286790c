import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { z } from 'zod';

import { SandboxConfig } from '../config.ts';
import { type Network, openNetwork } from '../kit/network.ts';
import { openEntra } from './index.ts';

export const TENANT = '11111111-1111-4111-8111-111111111111';
export const CLIENT = '22222222-2222-4222-8222-222222222222';
export const OTHER = '33333333-3333-4333-8333-333333333333';
export const DATABRICKS = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';
export const ADMIN_TOKEN = 'admin-token-0123456789';

const Refusal = z.object({
  error: z.string(),
  error_description: z.string(),
  error_codes: z.array(z.number()),
});

/** Entra ID of a test's own, with its network, closed and removed with it. */
export interface TestEntra extends AsyncDisposable {
  readonly network: Network;
  readonly entra: Awaited<ReturnType<typeof openEntra>>;
  /** What version 2 answers to a login with this assertion. */
  logIn(assertion: string, more?: Readonly<Record<string, string>>): Promise<Response>;
  /** Logs in in vain, and gives back what Entra ID says. */
  refused(assertion: string, code: number): Promise<string>;
}

/** Opens it with this tenant. */
export async function openForTest(tenant: Readonly<Record<string, unknown>>): Promise<TestEntra> {
  await using opened = new AsyncDisposableStack();
  const workDir = await mkdtemp(join(tmpdir(), 'entra-'));
  opened.defer(() => rm(workDir, { recursive: true }));
  const network = opened.use(await openNetwork({ workDir, adminToken: ADMIN_TOKEN }));
  const config = SandboxConfig.parse({
    admin_token: ADMIN_TOKEN,
    entra: { tenant: TENANT, ...tenant },
    databricks: { host: 'adb-1.7.azuredatabricks.net', workspace_id: '1', principals: [] },
    azure_devops: { organization: 'contoso', project: 'p', principals: [] },
  });
  const entra = await openEntra(config, network.tools);
  for (const service of [entra.service, ...entra.more]) network.add(service);

  const logIn = async (assertion: string, more: Readonly<Record<string, string>> = {}) => {
    const form = {
      grant_type: 'client_credentials',
      client_id: CLIENT,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      scope: `${DATABRICKS}/.default`,
      ...more,
    };
    const url = `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`;
    const body = new URLSearchParams(form);
    return (await entra.service.handle(new Request(url, { method: 'POST', body }))).response;
  };
  const closing = opened.move();
  return {
    network,
    entra,
    logIn,
    async refused(assertion, code) {
      const response = await logIn(assertion);
      const refusal = Refusal.parse(await response.json());
      assert.deepEqual(refusal.error_codes, [code], refusal.error_description);
      assert.equal(response.status, refusal.error === 'invalid_client' ? 401 : 400);
      return refusal.error_description;
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
