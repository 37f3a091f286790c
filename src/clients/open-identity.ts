import type { Fetch } from '../lib/fetch.ts';
import { oauthSecretIdentity } from './databricks/login/oauth-secret.ts';
import {
  personalAccessToken,
  personalTokenWarning,
} from './databricks/login/personal-access-token.ts';
import { tokenFederationIdentity } from './databricks/login/token-federation.ts';
import { azureCliIdentity } from './entra/azure-cli.ts';
import { certificateIdentity } from './entra/certificate.ts';
import { clientSecretIdentity } from './entra/client-secret.ts';
import { federatedIdentity } from './entra/federated.ts';
import { managedIdentity } from './entra/managed-identity.ts';
import type { Identity } from './identity.ts';
import type { Login } from './login.ts';

/** What it takes to log in anywhere. */
export interface LoginReach {
  readonly fetch: Fetch;
  readonly now: () => number;
  /** The variables of this process: a CI system, Kubernetes and App Service say there whom to ask. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told once what a person should change, though it works. */
  readonly warn: (text: string) => void;
}

/**
 * The identity that logs in so; nothing is asked before its first token is.
 *
 * @throws {ConfigError} its certificate cannot be read
 */
export function openIdentity(login: Login, reach: LoginReach): Identity {
  switch (login.kind) {
    case 'entra-secret':
      return clientSecretIdentity({ ...login, ...reach });
    case 'entra-certificate':
      return certificateIdentity({ ...login, ...reach });
    case 'entra-federated':
      return federatedIdentity({ ...login, ...reach });
    case 'managed-identity':
      return managedIdentity({ ...login, ...reach });
    case 'azure-cli':
      return azureCliIdentity({ ...login, ...reach });
    case 'databricks-secret':
      return oauthSecretIdentity({ ...login, ...reach });
    case 'databricks-federated':
      return tokenFederationIdentity({ ...login, ...reach });
    case 'databricks-token':
      reach.warn(personalTokenWarning);
      return personalAccessToken(login.token);
  }
}
