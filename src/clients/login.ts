import type { Secret } from '../lib/secret.ts';
import type { AssertionSource } from './entra/federation/assertion.ts';

/** An application in Entra ID that proves itself: in its tenant, at the cloud's own authority. */
interface Application {
  readonly tenant: string;
  readonly clientId: string;
  /** `https://login.microsoftonline.com`, or that of another cloud. */
  readonly authority: string;
}

/** Each way to become somebody towards Databricks or Azure DevOps, with what it takes. */
export type Login =
  | (Application & { readonly kind: 'entra-secret'; readonly secret: Secret })
  /** The certificate and its private key, as PEM in one text. */
  | (Application & { readonly kind: 'entra-certificate'; readonly certificate: Secret })
  | (Application & { readonly kind: 'entra-federated'; readonly source: AssertionSource })
  /** Null: the only identity that the machine has, or its system-assigned one. */
  | { readonly kind: 'managed-identity'; readonly clientId: string | null }
  | { readonly kind: 'azure-cli'; readonly tenant: string | null }
  | {
      readonly kind: 'databricks-secret';
      readonly host: string;
      readonly clientId: string;
      readonly secret: Secret;
    }
  | {
      readonly kind: 'databricks-federated';
      readonly host: string;
      /** Null: the account itself trusts the issuer, for all of its people. */
      readonly clientId: string | null;
      readonly source: AssertionSource;
    }
  | { readonly kind: 'databricks-token'; readonly token: Secret };

/** Each login in words, for people. */
export const loginNames: Readonly<Record<Login['kind'], string>> = {
  'entra-secret': 'Entra ID, client secret',
  'entra-certificate': 'Entra ID, certificate',
  'entra-federated': 'Entra ID, federated',
  'managed-identity': 'managed identity',
  'azure-cli': 'Azure CLI',
  'databricks-secret': 'Databricks OAuth, client secret',
  'databricks-federated': 'Databricks OAuth, federated',
  'databricks-token': 'Databricks personal access token',
};
