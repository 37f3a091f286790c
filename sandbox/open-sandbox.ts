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
import type { UnknownRoute } from './kit/unknown-routes.ts';

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
  readonly unknownRoutes: () => readonly UnknownRoute[];
}

/** Entra ID, Databricks and Azure DevOps as the configuration describes them, up and listening. */
export async function openSandbox(config: SandboxConfig, options: Options): Promise<Sandbox> {
  await using opened = new AsyncDisposableStack();
  const network = opened.use(
    await openNetwork({
      ...options,
      adminToken: config.admin_token,
      names: namesIn(config),
      domains: config.mlflow && [config.mlflow.host],
    }),
  );
  const { tools } = network;
  for (const user of [...config.databricks.users, ...config.azure_devops.users]) {
    tools.hidden.add(user.token);
  }

  const entra = await openEntra(config, tools);
  network.onExpireTokens(entra.expireTokens);
  network.addEnvironment(entra.environment(network.adminUrl));
  network.add(entra.service);
  const { assertions } = entra;
  const withTokens = { ...tools, tokens: entra.tokens, assertions };
  for (const open of [openDatabricks, openAzureDevops]) {
    const vendor = await open(config, withTokens);
    opened.defer(() => vendor.close());
    network.add(vendor.service);
  }
  for (const service of entra.more) network.add(service);
  if (config.github) {
    const { openGithub } = await import('./github/index.ts');
    for (const service of openGithub(config.github, tools)) network.add(service);
  }
  if (config.mlflow) {
    // Most sandboxes have none, and need not read how it works.
    const { addMlflow } = await import('./mlflow/add-to-network.ts');
    opened.use(await addMlflow(config.mlflow, network, options.log));
  }
  // First of all when it ends, so that no service waits for a webhook that a fault holds back.
  opened.defer(network.stopSending);

  const { proxyUrl, adminUrl, caPath, faults, journal, refusedHosts, unknownRoutes } = network;
  const closing = opened.move();
  return {
    proxyUrl,
    adminUrl,
    caPath,
    environment: network.environment(),
    clock: tools.clock,
    faults,
    journal,
    tokens: entra.tokens,
    refusedHosts,
    unknownRoutes,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/** Whom a client id or a personal token belongs to. */
function namesIn({ entra, databricks, azure_devops: azureDevops }: SandboxConfig) {
  return new Map([
    ...entra.apps.map((app) => [app.client_id, app.name] as const),
    ...[...databricks.users, ...azureDevops.users].map((user) => [user.token, user.name] as const),
  ]);
}
