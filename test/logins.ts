import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import type { Credentials } from '../demo/credentials.ts';
import { openStage, type Stage } from '../demo/stage.ts';
import { names, wineQualitySandbox } from '../demo/wine-quality.ts';
import { guidOf } from '../sandbox/azure-devops/identity.ts';
import { CONNECTION, JOB_TOKEN, mint, openCiSystem } from './ci-system.ts';

/** A program of the machine's, not of a package. */
const OPENSSL = 'openssl';
export const HOST = `https://${names.workspace}`;
export const STRANGER = '0f9a4b6e-7a0c-4a4e-8f45-2a9f3c1d7e60';
const PIPELINE = 'sc://contoso/MLFlowHooks/databricks';
export const WORKFLOW = 'repo:contoso/wine-quality:ref:refs/heads/main';

/** Secrets that stand in the sandbox's configuration. */
export const SECRETS = {
  /** Of Databricks, not of Entra ID. */
  own: 'dose-own-secret-of-databricks',
  expired: 'expired-secret-of-last-year',
  stranger: 'stranger-secret',
  job: JOB_TOKEN,
} as const;

export const AZURE = { AZURE_CLIENT_ID: names.spClientId, AZURE_TENANT_ID: names.tenant };
export const APP = { ARM_CLIENT_ID: names.spClientId, ARM_TENANT_ID: names.tenant };
export const OWN = { DATABRICKS_HOST: HOST, DATABRICKS_CLIENT_ID: names.spClientId };

type Variables = Readonly<Record<string, string>>;

/** A sandbox in which one principal may log in in every way. */
export interface Logins extends AsyncDisposable {
  readonly stage: Stage;
  /** The variables of each way by Entra ID, under its official name. */
  readonly ofEntra: Readonly<Record<string, Variables>>;
  readonly ofDatabricks: Readonly<Record<string, Variables>>;
  /** A PEM that nobody has registered. */
  readonly unknownCertificate: string;
  mint(order: Readonly<Record<string, unknown>>): Promise<string>;
  /** What a job of GitHub Actions has in its environment. */
  workflow(subject: string): Variables;
}

/** Opens it; certificates and tokens lie in that folder. */
export async function openLogins(folder: string): Promise<Logins> {
  const registered = makeCertificate(folder, 'registered');
  const unknown = makeCertificate(folder, 'unknown');
  const stage = await openStage({
    config: (credentials) => sandboxFor(credentials, readFileSync(registered.certificate, 'utf8')),
  });
  const ci = await openCiSystem(stage);
  const { IDENTITY_ENDPOINT = '', IDENTITY_HEADER = '' } = stage.environment;
  const tokenFor = async (audience?: string) =>
    await mint(stage, { issuer: 'github', subject: WORKFLOW, audience });
  const workflow = (subject: string) => ({
    ACTIONS_ID_TOKEN_REQUEST_URL: ci.url(subject),
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: JOB_TOKEN,
  });
  const job = { SYSTEM_OIDCREQUESTURI: ci.url(PIPELINE), SYSTEM_ACCESSTOKEN: JOB_TOKEN };
  const connection = { ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: CONNECTION };
  const foreign = await tokenFor(`${HOST}/oidc/v1/token`);
  const files = { entra: path.join(folder, 'token'), own: path.join(folder, 'databricks-token') };
  writeFileSync(files.entra, await tokenFor());
  writeFileSync(files.own, foreign);
  return {
    stage,
    ofEntra: {
      'azure-client-secret': { ...APP, ARM_CLIENT_SECRET: stage.credentials.spCredential },
      'azure-client-certificate': { ...AZURE, AZURE_CLIENT_CERTIFICATE_PATH: registered.pem },
      'github-oidc-azure': { ...APP, ...workflow(WORKFLOW) },
      'azure-devops-oidc-azure': { ...APP, ...job, ...connection },
      'azure-workload-identity': { ...AZURE, AZURE_FEDERATED_TOKEN_FILE: files.entra },
      'azure-msi': { ARM_USE_MSI: 'true', IDENTITY_ENDPOINT, IDENTITY_HEADER },
    },
    ofDatabricks: {
      'oauth-m2m': { ...OWN, DATABRICKS_CLIENT_SECRET: SECRETS.own },
      'github-oidc': { ...OWN, ...workflow(WORKFLOW) },
      'azure-devops-oidc': { ...OWN, ...job },
      'env-oidc': { ...OWN, DATABRICKS_OIDC_TOKEN: foreign },
      'file-oidc': {
        ...OWN,
        DATABRICKS_AUTH_TYPE: 'file-oidc',
        DATABRICKS_OIDC_TOKEN_FILEPATH: files.own,
      },
    },
    unknownCertificate: unknown.pem,
    mint: (order) => mint(stage, order),
    workflow,
    async [Symbol.asyncDispose]() {
      await ci[Symbol.asyncDispose]();
      await stage[Symbol.asyncDispose]();
    },
  };
}

function sandboxFor(credentials: Credentials, certificate: string) {
  const { entra, databricks, ...others } = wineQualitySandbox(credentials);
  const client_id = names.spClientId;
  const trusts = [
    { issuer: 'https://token.actions.githubusercontent.com', subject: WORKFLOW },
    {
      issuer: `https://vstoken.dev.azure.com/${guidOf('organization:contoso')}`,
      subject: PIPELINE,
    },
  ];
  const principal = {
    ...entra.apps[0],
    expired_secrets: [SECRETS.expired],
    certificates: [certificate],
    federated_credentials: trusts,
  };
  const stranger = { client_id: STRANGER, name: 'stranger', secret: SECRETS.stranger };
  const managed_identity = { system_assigned: client_id, hosted_in: 'app-service' };
  const audiences = [`${HOST}/oidc/v1/token`, 'api://AzureADTokenExchange'];
  return {
    ...others,
    entra: { ...entra, apps: [principal, stranger], managed_identity },
    databricks: {
      ...z.looseObject({}).parse(databricks),
      oauth_secrets: [{ client_id, secret: SECRETS.own }],
      federation_policies: trusts.map((trust) => ({ client_id, ...trust, audiences })),
    },
  };
}

/** A new certificate; beside it, in one PEM with its key. */
function makeCertificate(folder: string, name: string) {
  const [key, certificate, pem] = ['key', 'crt', 'pem'].map((end) =>
    path.join(folder, `${name}.${end}`),
  );
  if (!key || !certificate || !pem) throw new RangeError('three files are three');
  const options = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`];
  execFileSync(OPENSSL, ['req', ...options, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  });
  const both = [certificate, key].map((file) => readFileSync(file, 'utf8')).join('');
  writeFileSync(pem, both, { mode: 0o600 });
  return { certificate, pem };
}
