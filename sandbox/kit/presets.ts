import { Fault } from './fault.ts';

/** Faults that belong together, under a name that says what goes wrong. */
export interface Preset {
  readonly name: string;
  readonly description: string;
  /** Its rules, as of this time by the sandbox's clock. */
  readonly faults: (nowMs: number) => readonly Fault[];
}

/** Whose webhooks tell of models. */
const REGISTRIES = ['databricks-webhooks', 'mlflow-webhooks'] as const;

/** Everything that can be made to go wrong by name. */
export const PRESETS: readonly Preset[] = [
  preset({
    name: 'token-expires-midway',
    description: 'the third look at a Databricks run finds that every token has run out',
    rules: () => [
      {
        service: 'databricks',
        method: 'GET',
        path: '/api/*/jobs/runs/get',
        when: { skip: 2, times: 1 },
        do: { kind: 'expire-tokens' },
      },
    ],
  }),
  preset({
    name: 'ado-signin-page',
    description: 'Azure DevOps answers the next API request with its sign-in page and a 203',
    rules: () => [
      {
        service: 'azure-devops',
        path: '/**/_apis/**',
        when: { times: 1 },
        do: { kind: 'sign-in-page' },
      },
    ],
  }),
  preset({
    name: 'dbx-429-burst',
    description: 'Databricks turns the next five API requests away: too many, again in a second',
    rules: () => [
      {
        service: 'databricks',
        path: '/api/**',
        when: { times: 5 },
        do: {
          kind: 'status',
          status: 429,
          headers: { 'retry-after': '1' },
          body: {
            error_code: 'REQUEST_LIMIT_EXCEEDED',
            message: 'Current request has exceeded the rate limit. Please retry after 1 second.',
          },
        },
      },
    ],
  }),
  preset({
    name: 'github-secondary-limit',
    description: 'GitHub turns the next two API requests away: too fast, again in a minute',
    rules: () => [
      {
        service: 'github',
        when: { times: 2 },
        do: {
          kind: 'status',
          status: 403,
          headers: { 'retry-after': '60', 'content-type': 'application/json; charset=utf-8' },
          body: {
            message:
              'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
            documentation_url:
              'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
            status: '403',
          },
        },
      },
    ],
  }),
  preset({
    name: 'lost-submit-reply',
    description: 'the next Databricks run starts, and whoever started it never hears of it',
    rules: () =>
      ['/api/*/jobs/runs/submit', '/api/*/jobs/run-now'].map((path) => {
        return {
          service: 'databricks',
          method: 'POST',
          path,
          when: { times: 1 },
          stage: 'after',
          do: { kind: 'drop' },
        };
      }),
  }),
  preset({
    name: 'webhook-duplicate',
    description: 'every registry webhook is sent twice, until the fault is cleared',
    rules: () => REGISTRIES.map((service) => ({ service, do: { kind: 'duplicate', copies: 1 } })),
  }),
  preset({
    name: 'receiver-down-10s',
    description: 'for ten seconds no registry webhook reaches its receiver',
    rules: () =>
      REGISTRIES.map((service) => ({ service, when: { for_ms: 10_000 }, do: { kind: 'drop' } })),
  }),
  preset({
    name: 'run-internal-error',
    description: 'the next Databricks run ends in an internal error, without having done anything',
    rules: () => [
      {
        when: { times: 1 },
        do: {
          kind: 'run-ending',
          life_cycle_state: 'INTERNAL_ERROR',
          result_state: 'FAILED',
          code: 'INTERNAL_ERROR',
          type: 'INTERNAL_ERROR',
          message: 'Run failed with an internal error.',
        },
      },
    ],
  }),
  preset({
    name: 'entra-propagation',
    description: 'for ten seconds Entra ID has not heard of the application yet',
    rules: (nowMs) => [
      {
        service: 'entra',
        method: 'POST',
        path: '/*/oauth2/**token',
        when: { for_ms: 10_000 },
        do: { kind: 'status', status: 400, body: notYetKnown(nowMs) },
      },
    ],
  }),
];

interface Draft {
  readonly name: string;
  readonly description: string;
  readonly rules: (nowMs: number) => readonly unknown[];
}

function preset({ name, description, rules }: Draft): Preset {
  return {
    name,
    description,
    faults: (nowMs) => rules(nowMs).map((rule) => Fault.parse(rule)),
  };
}

/** Source: the same answer as of the emulated Entra ID, which the kit does not know of. */
function notYetKnown(nowMs: number) {
  const timestamp = `${new Date(nowMs).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const [trace, correlation] = [crypto.randomUUID(), crypto.randomUUID()];
  return {
    error: 'unauthorized_client',
    error_description: [
      'AADSTS700016: Application with the given identifier was not found in the directory. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.',
      `Trace ID: ${trace}`,
      `Correlation ID: ${correlation}`,
      `Timestamp: ${timestamp}`,
    ].join('\r\n'),
    error_codes: [700016],
    timestamp,
    trace_id: trace,
    correlation_id: correlation,
    error_uri: 'https://login.microsoftonline.com/error?code=700016',
  };
}
