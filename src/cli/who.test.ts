import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Secret } from '../lib/secret.ts';
import { jsonOf, linesOf, type Who } from './who.ts';

test('who we are is said line by line, with what was refused and why', () => {
  assert.deepEqual(linesOf(who(), 0), [
    'login         Entra ID, federated',
    'issuer        https://vstoken.example',
    'subject       sc://contoso/p/connection',
    'meant for     api://AzureADTokenExchange',
    'audience      Azure Databricks (2ff814a6-3304-4ab8-85cb-cd0e6f879c1d)',
    'principal     app-1 (object object-1)',
    'tenant        tenant-1',
    'expires       1970-01-01T01:00:00.000Z, in 60 minutes',
    'Databricks    https://adb-1 knows # #vso[task.complete] (app-1)',
    'groups        users',
    'Azure DevOps  REFUSED: dev.azure.com answered 401: no',
    '              Is it a member of the organisation?',
  ]);
});

test('neither words nor JSON hold a token, or an order to a CI system', () => {
  const all = [jsonOf(who()), ...linesOf(who(), 0)].join('\n');

  assert.doesNotMatch(all, /hunter2|##/);
  assert.partialDeepStrictEqual(JSON.parse(jsonOf(who())), {
    federated: { subject: 'sc://contoso/p/connection' },
    databricks: [{ display_name: '##vso[task.complete]' }],
    azure_devops: [{ name: 'https://dev.azure.com/contoso' }],
  });
});

function who(): Who {
  return {
    login: 'Entra ID, federated',
    vouching: {
      kind: 'known',
      name: 'federated token',
      value: {
        secret: new Secret('hunter2'),
        issuer: 'https://vstoken.example',
        subject: 'sc://contoso/p/connection',
        audience: 'api://AzureADTokenExchange',
        expiresAtMs: 600_000,
      },
    },
    tokens: [
      {
        kind: 'known',
        name: 'token',
        value: {
          principal: 'app-1',
          objectId: 'object-1',
          tenant: 'tenant-1',
          audience: '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d',
          expiresAtMs: 3_600_000,
        },
      },
    ],
    databricks: [
      {
        kind: 'known',
        name: 'https://adb-1',
        value: {
          id: '1',
          userName: 'app-1',
          displayName: '##vso[task.complete]',
          groups: [{ display: 'users' }],
        },
      },
    ],
    azureDevops: [
      {
        kind: 'refused',
        name: 'https://dev.azure.com/contoso',
        error: 'dev.azure.com answered 401: no',
        hint: 'Is it a member of the organisation?',
        exitCode: 3,
      },
    ],
    exitCode: 3,
  };
}
