import type { Service } from '../../kit/service.ts';
import type { Assertions } from '../../kit/tools.ts';
import { openSigningKey } from '../signing-key.ts';
import { azurePipelines } from './azure-pipelines.ts';
import { github } from './github.ts';
import { issuerClaims } from './issuer-claims.ts';
import { issuerService } from './issuer-service.ts';
import { assertionService } from './mint-assertion.ts';

const PROFILES = { github, 'azure-pipelines': azurePipelines };

/** GitHub Actions and Azure Pipelines as issuers of tokens, each with a key of its own. */
export function openIssuers(now: () => number): {
  readonly assertions: Assertions;
  readonly services: readonly Service[];
} {
  const keys = { github: openSigningKey(), 'azure-pipelines': openSigningKey() };
  const assertions: Assertions = {
    async mint(order) {
      const claims = issuerClaims(PROFILES[order.issuer], order, now());
      return { token: await keys[order.issuer].sign(claims), expiresAtMs: claims.exp * 1000 };
    },
  };
  return {
    assertions,
    services: [
      issuerService({ profile: github, key: keys.github }, now),
      issuerService({ profile: azurePipelines, key: keys['azure-pipelines'] }, now),
      assertionService(assertions, now),
    ],
  };
}
