import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';

import { z } from 'zod';

import { Secret } from '../lib/secret.ts';
import { IdentityEntry } from './identities.ts';
import { readSourceText } from './source-text.ts';
import { validate } from './validate.ts';

const TENANT = '16b3c013-d300-468d-ac64-7eda0820b6d3';
const CLIENT = '5f0d7c1e-2b64-4c0f-9d1a-8e3b6a7f4c21';
const CONNECTION = '0d3c2f10-6f0e-4a55-9d2c-3f1f5a6b7c8d';
const AT_ENTRA = {
  tenant: TENANT,
  clientId: CLIENT,
  authority: 'https://login.microsoftonline.com',
};
const HOST = 'https://adb-1.2.azuredatabricks.net';

test('each way to log in is read for what it is', () => {
  const github = { kind: 'github', audience: null };
  const cases = [
    ['federated: github', { ...AT_ENTRA, kind: 'entra-federated', source: github }],
    [
      `federated: { azure_pipelines: { service_connection: ${CONNECTION} } }`,
      {
        ...AT_ENTRA,
        kind: 'entra-federated',
        source: { kind: 'azure-pipelines', serviceConnection: CONNECTION },
      },
    ],
    [
      'federated: { file: /var/run/token }',
      { ...AT_ENTRA, kind: 'entra-federated', source: { kind: 'file', file: '/var/run/token' } },
    ],
    [
      'federated: kubernetes',
      { ...AT_ENTRA, kind: 'entra-federated', source: { kind: 'kubernetes' } },
    ],
  ] as const;

  for (const [credential, login] of cases) assert.deepEqual(read(entra(credential)), login);
  assert.deepEqual(read('type: managed-identity'), { kind: 'managed-identity', clientId: null });
  assert.deepEqual(read('type: azure-cli'), { kind: 'azure-cli', tenant: null });
  assert.deepEqual(read(`type: databricks\nhost: ${HOST}/\nfederated: github`), {
    kind: 'databricks-federated',
    host: HOST,
    clientId: null,
    source: github,
  });
});

test('a credential is a reference, whichever it is', () => {
  const cases = [
    [entra('client_secret: SECRET'), 'entra-secret'],
    [entra('certificate: SECRET'), 'entra-certificate'],
    [
      `type: databricks\nhost: ${HOST}\nclient_id: ${CLIENT}\nclient_secret: SECRET`,
      'databricks-secret',
    ],
    [`type: databricks\nhost: ${HOST}\ntoken: SECRET`, 'databricks-token'],
  ] as const;

  for (const [text, kind] of cases) {
    const login = read(text);
    assert.equal(z.object({ kind: z.string() }).parse(login).kind, kind);
    assert.doesNotMatch(inspect(login), /hunter2/);
    assert.match(problemsOf(text.replace('SECRET', 'hunter2')).join(), /must be a reference/);
  }
});

test('one credential is given, and only one', () => {
  assert.deepEqual(problemsOf(entra('')), [
    '1:1 needs one of client_secret, certificate, federated',
  ]);
  assert.deepEqual(problemsOf(entra('client_secret: SECRET\nfederated: github')), [
    '5:12 is one too many: there is client_secret already',
  ]);
  assert.deepEqual(problemsOf(entra('federated: { github: {}, file: /token }')), [
    '4:32 is one too many: there is github already',
  ]);
});

test('what is misspelt is named where it stands, with what was meant', () => {
  assert.deepEqual(problemsOf('type: entar'), [
    '1:7 must be one of entra, managed-identity, azure-cli, databricks',
  ]);
  assert.deepEqual(problemsOf(entra('certificat: SECRET')), [
    '4:1 unknown key "certificat", did you mean "certificate"?',
  ]);
  assert.deepEqual(problemsOf(entra('federated: gihub')), [
    '4:12 unknown key "gihub", did you mean "github"?',
  ]);
  assert.deepEqual(problemsOf(entra('federated: { file: token }')), [
    '4:20 must be an absolute path',
  ]);
  assert.deepEqual(problemsOf(`type: databricks\nhost: ${HOST}\nclient_secret: SECRET`), [
    '1:1 needs a client_id beside its client_secret',
  ]);
});

test('logins go to hosts with TLS only', () => {
  assert.match(
    problemsOf(entra('client_secret: SECRET\nauthority: http://login.example')).join(),
    /^5:12 /,
  );
});

function entra(credential: string): string {
  return `type: entra\ntenant: ${TENANT}\nclient_id: ${CLIENT}\n${credential}`;
}

function checked(yaml: string) {
  const text = readSourceText(yaml);
  const value = Object.fromEntries(
    Object.entries(z.record(z.string(), z.unknown()).parse(text.value)).map(([key, inner]) => [
      key,
      inner === 'SECRET' ? new Secret('hunter2') : inner,
    ]),
  );
  return validate(text, [], { schema: IdentityEntry, value });
}

function read(yaml: string): unknown {
  const valid = checked(yaml);
  return valid.kind === 'valid' ? valid.value : assert.fail(JSON.stringify(valid.problems));
}

function problemsOf(yaml: string): readonly string[] {
  const valid = checked(yaml);
  assert(valid.kind === 'invalid', 'it was taken for right');
  return valid.problems.map(
    ({ line, column, message, hint }) =>
      `${line}:${column} ${message}${hint === null ? '' : `, ${hint}`}`,
  );
}
