import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';

/** Everybody and everything there is: one application for each replica, so that a fault can be meant for one. */
export interface Organization {
  readonly replicas: readonly { readonly clientId: string; readonly secret: string }[];
  readonly signingSecret: string;
  readonly adminToken: string;
  /** Of the person who looks at everything. */
  readonly azureToken: string;
  readonly databricksToken: string;
}

const TENANT = '16b3c013-d300-468d-ac64-7eda0820b6d3';
export const WORKSPACE = 'adb-1234567890123456.7.azuredatabricks.net';
export const PROJECT = 'https://dev.azure.com/contoso/fleet';
export const SOURCE = 'registry';

/** So many that the list of one pipeline's runs, which is read when an answer was lost, stays short. */
const MODELS = 50;
/** Its verdicts are written back, on this version. */
export const REPORTED = { model: 'reported', version: '1' } as const;
export const REPORTING_RULE = 'reported';
const AGAIN = MODELS + 1;
const REPORTING = MODELS + 2;

/** New secrets for so many replicas. */
export function makeOrganization(replicas: number): Organization {
  return {
    replicas: Array.from({ length: replicas }, () => ({
      clientId: randomUUID(),
      secret: secret(),
    })),
    signingSecret: secret(),
    adminToken: secret(),
    azureToken: secret(),
    databricksToken: `dapi${randomBytes(16).toString('hex')}`,
  };
}

function secret(): string {
  return randomBytes(24).toString('base64url');
}

/** What the sandbox is told there is. */
export function sandboxConfig(organization: Organization): unknown {
  const { replicas, adminToken, azureToken, databricksToken } = organization;
  const apps = replicas.map(({ clientId, secret: own }, at) => ({
    name: `replica-${at}`,
    client_id: clientId,
    secret: own,
  }));
  const principals = apps.map(({ client_id: id }) => id);
  return {
    admin_token: adminToken,
    entra: { tenant: TENANT, apps },
    databricks: {
      host: WORKSPACE,
      workspace_id: '1234567890123456',
      principals,
      users: [{ name: 'driver@contoso.com', token: databricksToken }],
    },
    azure_devops: {
      organization: 'contoso',
      project: 'fleet',
      principals,
      users: [{ name: 'driver@contoso.com', token: azureToken }],
      repositories: [
        {
          name: 'fleet',
          from: path.join(import.meta.dirname, 'repository'),
          default_branch: 'main',
        },
      ],
      pipelines: Array.from({ length: REPORTING }, (_, at) => ({
        name: `pipeline-${at + 1}`,
        repository: 'fleet',
        path: 'run.yml',
      })),
    },
  };
}

/** An event as the load tells it, and what has to come of it. */
export interface Planned {
  readonly number: number;
  readonly model: string;
  readonly version: string;
  readonly fromStage: string;
  readonly rules: readonly string[];
}

/** The event of this number: most make one delivery, some two, and some are reported. */
export function plannedEvent(number: number): Planned {
  if (number % 40 === 7) {
    return { number, ...REPORTED, fromStage: 'None', rules: [REPORTING_RULE] };
  }
  const model = `model-${number % MODELS}`;
  const isAgain = number % 11 === 3;
  return {
    number,
    model,
    version: String(number),
    fromStage: isAgain ? 'Archived' : 'None',
    rules: isAgain ? [model, 'again'] : [model],
  };
}

/** When the event of this number is said to have happened. */
export const FIRST_MS = 1_767_225_600_000;

/** The service's configuration: a plain one, in a hurry. */
export function serviceConfig(
  clientId: string,
  { isPostgres, engine }: { isPostgres: boolean; engine: Readonly<Record<string, string>> },
): unknown {
  const login = { type: 'entra', tenant: TENANT, client_id: clientId };
  return {
    version: 1,
    identities: { replica: { ...login, client_secret: '${env:FLEET_SECRET}' } },
    sources: {
      [SOURCE]: {
        type: 'databricks-registry',
        host: `https://${WORKSPACE}`,
        identity: 'replica',
        signing_secrets: ['${env:FLEET_SIGNING_SECRET}'],
      },
    },
    targets: {
      devops: {
        type: 'azure-pipelines',
        organization: 'https://dev.azure.com/contoso',
        project: 'fleet',
        identity: 'replica',
      },
    },
    rules: rules(),
    engine,
    ...(isPostgres && { store: { postgres: '${env:FLEET_POSTGRES}' } }),
  };
}

function rules(): readonly unknown[] {
  const again = rule('again', 'event.from_stage == "Archived"', AGAIN);
  const reported = rule(REPORTING_RULE, `event.model == "${REPORTED.model}"`, REPORTING);
  return [
    ...Array.from({ length: MODELS }, (_, at) =>
      rule(`model-${at}`, `event.model == "model-${at}"`, at + 1),
    ),
    { ...again, one_at_a_time: '${{ event.model }}' },
    { ...reported, report: ['tags', 'comment'] },
  ];
}

function rule(name: string, when: string, pipeline: number) {
  const parameters = { number: `\${{ string(event.occurred_at_ms - ${FIRST_MS}) }}` };
  const run = { target: 'devops', pipeline, branch: 'main', parameters };
  return { name, on: 'model_version.stage_changed', when, run };
}
