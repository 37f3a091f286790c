import path from 'node:path';

import { z } from 'zod';

import { SecretReference } from './secret-references.ts';

/** `https://HOST`, without what could stand behind it. */
const Origin = z
  .url({ protocol: /^https$/ })
  .regex(/^https:\/\/[^/?#@]+\/?$/, 'must be the address of the host alone')
  .transform((address) => address.replace(/\/$/, ''));

/** Who vouches for us: `github`, or `{azure_pipelines: {service_connection: ID}}`. */
const Federated = z.preprocess(
  (value) => (typeof value === 'string' ? { [value]: {} } : value),
  z
    .strictObject({
      /** Without a service connection, the pipeline itself. */
      azure_pipelines: z.strictObject({ service_connection: z.uuid().optional() }).optional(),
      github: z.strictObject({ audience: z.string().min(1).optional() }).optional(),
      kubernetes: z.strictObject({}).optional(),
      file: z
        .string()
        .refine((file) => path.isAbsolute(file), 'must be an absolute path')
        .optional(),
    })
    .transform(({ azure_pipelines, github, kubernetes, file }, context) => {
      const given = { azure_pipelines, github, kubernetes, file };
      if (!isExactlyOne(given, context)) return z.NEVER;
      if (azure_pipelines) {
        const { service_connection: serviceConnection = null } = azure_pipelines;
        return { kind: 'azure-pipelines', serviceConnection } as const;
      }
      if (github) return { kind: 'github', audience: github.audience ?? null } as const;
      return file === undefined
        ? ({ kind: 'kubernetes' } as const)
        : ({ kind: 'file', file } as const);
    }),
);

const Entra = z
  .strictObject({
    type: z.literal('entra'),
    tenant: z.uuid(),
    client_id: z.uuid(),
    /** Other clouds have others. */
    authority: Origin.prefault('https://login.microsoftonline.com'),
    client_secret: SecretReference.optional(),
    certificate: SecretReference.optional(),
    federated: Federated.optional(),
  })
  .transform((entry, context) => {
    const { tenant, client_id: clientId, authority } = entry;
    const { client_secret, certificate, federated } = entry;
    const app = { tenant, clientId, authority };
    if (!isExactlyOne({ client_secret, certificate, federated }, context)) return z.NEVER;
    if (client_secret) return { ...app, kind: 'entra-secret', secret: client_secret } as const;
    if (certificate) return { ...app, kind: 'entra-certificate', certificate } as const;
    return federated ? ({ ...app, kind: 'entra-federated', source: federated } as const) : z.NEVER;
  });

const ManagedIdentity = z
  .strictObject({ type: z.literal('managed-identity'), client_id: z.uuid().optional() })
  .transform(({ client_id: clientId = null }) => ({ kind: 'managed-identity', clientId }) as const);

const AzureCli = z
  .strictObject({ type: z.literal('azure-cli'), tenant: z.uuid().optional() })
  .transform(({ tenant = null }) => ({ kind: 'azure-cli', tenant }) as const);

/** Logins of Databricks' own, which Azure DevOps does not believe. */
const Databricks = z
  .strictObject({
    type: z.literal('databricks'),
    host: Origin,
    client_id: z.uuid().optional(),
    client_secret: SecretReference.optional(),
    federated: Federated.optional(),
    token: SecretReference.optional(),
  })
  .transform((entry, context) => {
    const { host, client_id: clientId, client_secret, federated, token } = entry;
    if (!isExactlyOne({ client_secret, federated, token }, context)) return z.NEVER;
    if (token) return { kind: 'databricks-token', token } as const;
    if (federated) {
      const app = { host, clientId: clientId ?? null };
      return { ...app, kind: 'databricks-federated', source: federated } as const;
    }
    if (client_secret && clientId !== undefined) {
      return { kind: 'databricks-secret', host, clientId, secret: client_secret } as const;
    }
    context.addIssue({ code: 'custom', message: 'needs a client_id beside its client_secret' });
    return z.NEVER;
  });

/** Who we are towards Databricks and Azure DevOps, as the way to log in there. */
export const IdentityEntry = z.discriminatedUnion(
  'type',
  [Entra, ManagedIdentity, AzureCli, Databricks],
  { error: () => 'must be one of entra, managed-identity, azure-cli, databricks' },
);
export type IdentityEntry = z.infer<typeof IdentityEntry>;

/** Two of them would leave it to chance which one counts. */
function isExactlyOne(given: Readonly<Record<string, unknown>>, context: z.RefinementCtx): boolean {
  const names = Object.keys(given);
  const [first, second] = names.filter((name) => given[name] !== undefined);
  if (first !== undefined && second === undefined) return true;
  // A misspelt credential has been named already.
  const isMisspelt = context.issues.some(({ code }) => code === 'unrecognized_keys');
  if (second === undefined && !isMisspelt) {
    context.addIssue({ code: 'custom', message: `needs one of ${names.join(', ')}` });
  }
  if (second !== undefined) {
    const message = `is one too many: there is ${first} already`;
    context.addIssue({ code: 'custom', message, path: [second] });
  }
  return false;
}
