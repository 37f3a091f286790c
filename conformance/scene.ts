import { randomBytes } from 'node:crypto';
import path from 'node:path';

import { z } from 'zod';

import { FEDERATION, type Proofs } from './proofs.ts';

const Application = z.object({ clientId: z.string(), secret: z.string() });

/** All that a client is told about the sandbox that it is to meet. */
export const Scene = z.object({
  tenant: z.string(),
  /** An application that may do everything. */
  app: Application,
  /** An application of the tenant that is a member of nothing. */
  outsider: Application,
  /** The application's key and certificate, in PEM. */
  certificateFile: z.string(),
  /** A token of another issuer that stands for the application. */
  assertionFile: z.string(),
  /** Databricks' own secret of the application. */
  oauthSecret: z.string(),
  /** Client id of the identity of the machine itself. */
  managedIdentity: z.string(),
  databricks: z.object({
    host: z.string(),
    /** Personal access token of a user. */
    token: z.string(),
  }),
  azureDevops: z.object({
    /** `https://dev.azure.com/fabrikam` */
    url: z.string(),
    organization: z.string(),
    project: z.string(),
    repository: z.string(),
    token: z.string(),
  }),
  mlflow: z.object({ host: z.string() }),
  github: z.object({ owner: z.string(), repo: z.string(), token: z.string() }),
  /** Ids of the pipelines. */
  pipelines: z.record(
    z.enum(['hello', 'failing', 'slow', 'onPush', 'taskLibrary', 'curl', 'nothing']),
    z.number(),
  ),
  /** A folder of this client alone. */
  folder: z.string(),
  admin: z.object({ url: z.string(), token: z.string() }),
});
export type Scene = z.infer<typeof Scene>;

/** Ids of the pipelines of `repository/`, given out in this order. */
const pipelines = {
  hello: 1,
  failing: 2,
  slow: 3,
  onPush: 4,
  taskLibrary: 5,
  curl: 6,
  nothing: 7,
} as const;

const FILES = ['hello', 'failing', 'slow', 'on_push', 'task_library', 'curl', 'nothing'];
const ROOT = import.meta.dirname;

/** Names and fresh secrets; where the sandbox listens is added when it does. */
export function makeScene(folder: string): Omit<Scene, 'admin'> & { readonly adminToken: string } {
  return {
    tenant: '9d2c1b7e-5a44-4a0e-8a3e-1f6f0c9b2d11',
    // The letters that a careless form encoding breaks.
    app: {
      clientId: '3b1f8a52-7c0d-4e6f-9a21-5d4c3b2a1f00',
      secret: `${random()}~a+b&c%d=e`,
    },
    outsider: { clientId: 'c4e9d6a0-1b2c-4d3e-8f50-617283940a5b', secret: random() },
    oauthSecret: `dose${randomBytes(16).toString('hex')}`,
    certificateFile: path.join(folder, 'certificate.pem'),
    assertionFile: path.join(folder, 'assertion.jwt'),
    managedIdentity: 'd7a1f4b2-93c8-4e15-a6d0-2b7e9c5f1a34',
    databricks: {
      host: 'adb-7405605182830001.1.azuredatabricks.net',
      token: `dapi${randomBytes(16).toString('hex')}`,
    },
    azureDevops: {
      organization: 'fabrikam',
      url: 'https://dev.azure.com/fabrikam',
      project: 'Conformance',
      repository: 'pipelines',
      token: random(),
    },
    mlflow: { host: 'mlflow.fabrikam.com' },
    github: { owner: 'fabrikam', repo: 'models', token: `ghp_${random()}` },
    pipelines,
    folder,
    adminToken: random(),
  };
}

/** The sandbox's configuration for a scene. */
export function configOf(scene: ReturnType<typeof makeScene>, proofs: Proofs): unknown {
  const { app, azureDevops } = scene;
  return {
    admin_token: scene.adminToken,
    entra: entraOf(scene, proofs),
    databricks: databricksOf(scene, proofs),
    azure_devops: {
      organization: azureDevops.organization,
      project: azureDevops.project,
      principals: [app.clientId],
      users: [{ name: 'ada@fabrikam.com', token: azureDevops.token }],
      repositories: [{ name: azureDevops.repository, from: path.join(ROOT, 'repository') }],
      pipelines: FILES.map((file) => ({
        name: file,
        repository: azureDevops.repository,
        path: `pipelines/${file}.yml`,
        // Where a step finds the packages of the clients that are written for Node.
        variables: { NODE_PATH: path.join(ROOT, 'node/node_modules') },
      })),
      variable_groups: variableGroupsOf(scene),
    },
    // Its webhooks may come to this machine, and at once.
    mlflow: {
      host: scene.mlflow.host,
      webhook_allowed_schemes: ['http', 'https'],
      webhook_allow_private_ips: true,
      webhook_cache_ttl: 0,
      webhook_backoff: 0,
    },
    github: githubOf(scene),
  };
}

function entraOf(scene: ReturnType<typeof makeScene>, { certificate, jwks }: Proofs) {
  const { tenant, app, outsider, managedIdentity } = scene;
  return {
    tenant,
    apps: [
      {
        client_id: app.clientId,
        name: 'conformance',
        secret: app.secret,
        certificates: [certificate],
        federated_credentials: [FEDERATION],
      },
      { client_id: outsider.clientId, name: 'outsider', secret: outsider.secret },
      { client_id: managedIdentity, name: 'machine' },
    ],
    federated_issuers: [{ issuer: FEDERATION.issuer, jwks }],
    managed_identity: { system_assigned: managedIdentity, hosted_in: 'app-service' },
  };
}

function databricksOf(scene: ReturnType<typeof makeScene>, { jwks }: Proofs) {
  const { app, managedIdentity, databricks, oauthSecret } = scene;
  const { issuer, subject, audience } = FEDERATION;
  return {
    host: databricks.host,
    workspace_id: '7405605182830001',
    principals: [app.clientId, managedIdentity],
    users: [{ name: 'ada@fabrikam.com', token: databricks.token }],
    git_credentials: [app.clientId],
    oauth_secrets: [{ client_id: app.clientId, secret: oauthSecret }],
    federation_policies: [
      { client_id: app.clientId, issuer, subject, audiences: [audience], jwks },
    ],
  };
}

function githubOf({ github: { owner, repo, token } }: ReturnType<typeof makeScene>) {
  const inputs = {
    model: { required: true },
    stage: { type: 'choice', options: ['Staging', 'Production'] },
  };
  return {
    users: [{ login: 'ada', token }],
    repositories: [
      {
        owner,
        name: repo,
        workflows: [
          {
            name: 'Release',
            path: '.github/workflows/release.yml',
            workflow_dispatch: { inputs },
            repository_dispatch: ['model-released'],
            takes_ms: 300,
            log: ['released it'],
          },
          {
            name: 'Broken',
            path: '.github/workflows/broken.yml',
            workflow_dispatch: {},
            takes_ms: 0,
            conclusion: 'failure',
          },
          { name: 'Push', path: '.github/workflows/push.yml', takes_ms: 0 },
        ],
      },
    ],
    runs_appear_after_ms: 200,
    // More than all requests that are made up.
    rate_limit: 10_000_000,
  };
}

function variableGroupsOf({ tenant, app, databricks }: ReturnType<typeof makeScene>) {
  const login = {
    tenant_id: tenant,
    client_id: app.clientId,
    client_secret: { value: app.secret, secret: true },
    workspace: databricks.host,
  };
  return [
    { name: 'greetings', variables: { GREETING: 'hello' } },
    { name: 'login', variables: login },
  ];
}

function random(): string {
  return randomBytes(24).toString('base64url');
}
