import type { SandboxConfig } from '../config.ts';
import { defineService, type Service } from '../kit/service.ts';
import type { SandboxTools, Tokens } from '../kit/tools.ts';
import { AadstsError, refusal } from './aadsts.ts';
import { openDirectory } from './directory.ts';
import { instanceDiscovery } from './instance-discovery.ts';
import { keys } from './keys.ts';
import { openidConfiguration } from './openid-configuration.ts';
import { tokenV1 } from './token-v1.ts';
import { tokenV2 } from './token-v2.ts';
import { openIssuer } from './tokens.ts';

/** Entra ID with one tenant, and its word on tokens for the other services. */
export async function openEntra(
  config: SandboxConfig,
  tools: Omit<SandboxTools, 'tokens'>,
): Promise<{ service: Service; tokens: Tokens }> {
  const { now } = tools.clock;
  const directory = openDirectory(config.entra);
  for (const app of config.entra.apps) tools.hidden.add(app.secret);
  const issuer = await openIssuer({ directory, hidden: tools.hidden, now });

  const service = defineService({
    name: 'entra',
    serves: (host) => host === 'login.microsoftonline.com',
    actions: [instanceDiscovery, openidConfiguration, keys, tokenV1, tokenV2],
    state: { directory, issuer },
    now,
    // Source: the answer to an unknown path has no body.
    notFound: () => new Response(null, { status: 404 }),
    onError(error, request) {
      if (error instanceof AadstsError) return refusal(error, request, now());
      throw error;
    },
  });
  return { service, tokens: issuer };
}
