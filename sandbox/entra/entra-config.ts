import { X509Certificate } from 'node:crypto';

import { z } from 'zod';

/** What an assertion is for, unless its issuer was asked for another. */
const AUDIENCE = 'api://AzureADTokenExchange';

/** Trust in the tokens of another issuer; everything has to fit to the letter. */
const FederatedCredential = z.strictObject({
  issuer: z.url(),
  subject: z.string().min(1),
  audience: z.string().min(1).default(AUDIENCE),
});

const App = z.strictObject({
  client_id: z.uuid(),
  name: z.string().min(1),
  /** Left out: it proves itself in another way, or is a managed identity. */
  secret: z.string().min(1).optional(),
  /** Secrets that are refused as too old. */
  expired_secrets: z.array(z.string().min(1)).default([]),
  /** PEM: the public certificates it may sign assertions with. */
  certificates: z
    .array(z.string().refine(isCertificate, 'must be a certificate in PEM, with an RSA key'))
    .default([]),
  federated_credentials: z.array(FederatedCredential).default([]),
});

/** Identities that need no proof, because of where their program runs. */
const ManagedIdentity = z.strictObject({
  /** Client id of the machine's own identity. */
  system_assigned: z.uuid().optional(),
  /** Client ids of those lent to it. */
  user_assigned: z.array(z.uuid()).default([]),
  /** `app-service`: programs are told of its endpoint by IDENTITY_ENDPOINT too. */
  hosted_in: z.enum(['vm', 'app-service']).default('vm'),
});

/** An issuer whose keys need not be fetched. */
const FederatedIssuer = z.strictObject({
  issuer: z.url(),
  jwks: z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) }),
});

/** The tenant, and the applications registered in it. */
export const EntraConfig = z
  .strictObject({
    tenant: z.uuid(),
    apps: z.array(App),
    managed_identity: ManagedIdentity.optional(),
    federated_issuers: z.array(FederatedIssuer).default([]),
  })
  .superRefine(({ apps, managed_identity: managed }, context) => {
    const known = new Set(apps.map((app) => app.client_id.toLowerCase()));
    const ids = [managed?.system_assigned ?? [], managed?.user_assigned ?? []].flat();
    for (const id of ids.filter((one) => !known.has(one.toLowerCase()))) {
      const message = `${id} is no application of the tenant`;
      context.addIssue({ code: 'custom', path: ['managed_identity'], message, input: id });
    }
  });
export type EntraConfig = z.infer<typeof EntraConfig>;

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).publicKey.asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}
