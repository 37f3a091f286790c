import { openAzureDevops } from './azure-devops/index.ts';
import type { SandboxConfig } from './config.ts';
import { openDatabricks } from './databricks/index.ts';
import { openEntra } from './entra/index.ts';
import type { Clock } from './kit/clock.ts';
import type { Faults } from './kit/faults.ts';
import type { Journal } from './kit/journal.ts';
import { openNetwork } from './kit/network.ts';
import type { RefusedHost } from './kit/proxy.ts';
import type { Tokens } from './kit/tools.ts';

interface Options {
  /** A folder of this sandbox alone; it is made if need be, and left behind. */
  readonly workDir: string;
  /** Left out: ports that are free. */
  readonly ports?: { readonly proxy?: number | undefined; readonly admin?: number | undefined };
  readonly log?: (line: string) => void;
}

/** A sandbox that runs. Disposing of it ends its servers and every process it started. */
export interface Sandbox extends AsyncDisposable {
  readonly proxyUrl: string;
  readonly adminUrl: string;
  /** The public certificate of its authority. */
  readonly caPath: string;
  /** With these variables an ordinary program reaches the sandbox, and only the sandbox. */
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly tokens: Tokens;
  readonly refusedHosts: () => readonly RefusedHost[];
}

/** Entra ID, Databricks and Azure DevOps as the configuration describes them, up and listening. */
export async function openSandbox(config: SandboxConfig, options: Options): Promise<Sandbox> {
  await using opened = new AsyncDisposableStack();
  const network = opened.use(await openNetwork({ ...options, adminToken: config.admin_token }));
  const { tools } = network;
  for (const user of [...config.databricks.users, ...config.azure_devops.users]) {
    tools.hidden.add(user.token);
  }

  const entra = await openEntra(config, tools);
  network.add(entra.service);
  const withTokens = { ...tools, tokens: entra.tokens };
  for (const open of [openDatabricks, openAzureDevops]) {
    const vendor = await open(config, withTokens);
    opened.defer(() => vendor.close());
    network.add(vendor.service);
  }

  const { proxyUrl, adminUrl, caPath, faults, journal, refusedHosts } = network;
  const closing = opened.move();
  return {
    proxyUrl,
    adminUrl,
    caPath,
    environment: tools.childEnvironment(),
    clock: tools.clock,
    faults,
    journal,
    tokens: entra.tokens,
    refusedHosts,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
