import { randomBytes } from 'node:crypto';

import type { SandboxConfig } from '../config.ts';
import { defineService, type Service } from '../kit/service.ts';
import type { Assertions, SandboxTools, Tokens } from '../kit/tools.ts';
import { AadstsError, refusal } from './aadsts.ts';
import { issuerKeys } from './assertions/issuer-keys.ts';
import { openDirectory } from './directory.ts';
import { instanceDiscovery } from './instance-discovery.ts';
import { openIssuers } from './issuers/index.ts';
import { keys, keysV1 } from './keys.ts';
import { APP_SERVICE_PATH, appServiceIdentity } from './managed-identity/app-service.ts';
import { identitiesOf } from './managed-identity/identities.ts';
import { metadataService } from './managed-identity/imds.ts';
import { openidConfiguration, openidConfigurationV1 } from './openid-configuration.ts';
import { tokenV1 } from './token-v1.ts';
import { tokenV2 } from './token-v2.ts';
import { openIssuer } from './tokens.ts';

interface Entra {
  readonly service: Service;
  readonly tokens: Tokens;
  /** Managed identities, and the other issuers that applications may trust. */
  readonly more: readonly Service[];
  readonly assertions: Assertions;
  /** Lets every token run out that was issued so far. */
  readonly expireTokens: () => void;
  /** What programs of App Service find in their environment; empty elsewhere. */
  environment(adminUrl: string): Readonly<Record<string, string>>;
}

/** Entra ID with one tenant, its word on tokens for the other services, and what it trusts. */
export function openEntra(
  config: SandboxConfig,
  tools: Omit<SandboxTools, 'tokens'>,
): Promise<Entra> {
  const { now } = tools.clock;
  const directory = openDirectory(config.entra);
  for (const { secret, expired_secrets: expired } of config.entra.apps) {
    for (const value of [secret ?? [], expired].flat()) tools.hidden.add(value);
  }
  const issuer = openIssuer({ directory, now });
  const issuers = openIssuers(now);
  const { reach } = tools;
  const keysOf = issuerKeys({ configured: config.entra.federated_issuers, reach });

  const service = defineService({
    name: 'entra',
    serves: (host) => host === 'login.microsoftonline.com',
    actions: [
      instanceDiscovery,
      openidConfiguration,
      openidConfigurationV1,
      keys,
      keysV1,
      tokenV1,
      tokenV2,
    ],
    state: { directory, issuer, keysOf },
    now,
    notFound: (request) => unknown(request, now()),
    onError(error, request) {
      if (error instanceof AadstsError) return refusal(error, request, now());
      throw error;
    },
  });

  const identities = identitiesOf(config.entra, directory);
  const header = randomBytes(16).toString('hex').toUpperCase();
  tools.hidden.add(header);
  const metadata = { identities, issuer };
  const isInAppService = config.entra.managed_identity?.hosted_in === 'app-service';
  return Promise.resolve({
    service,
    tokens: issuer,
    more: [
      metadataService(metadata, now),
      appServiceIdentity({ ...metadata, header }, now),
      ...issuers.services,
    ],
    assertions: issuers.assertions,
    expireTokens: issuer.expireAll,
    environment: (adminUrl) =>
      isInAppService
        ? { IDENTITY_ENDPOINT: adminUrl + APP_SERVICE_PATH, IDENTITY_HEADER: header }
        : {},
  });
}

/** Source: the answer to an unknown path has no body; to a wrong method at the token endpoint, AADSTS900561. */
function unknown(request: Request, nowMs: number): Response {
  const { pathname } = new URL(request.url);
  if (!/^\/[^/]+\/oauth2(?:\/v2\.0)?\/token\/?$/u.test(pathname)) {
    return new Response(null, { status: 404 });
  }
  const error = new AadstsError(
    900561,
    `The endpoint only accepts POST requests. Received a ${request.method} request.`,
  );
  return refusal(error, request, nowMs);
}
