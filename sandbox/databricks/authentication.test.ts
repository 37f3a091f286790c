import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MEMBER, NO_GIT, openForTest, STRANGER, textOf, USER_TOKEN } from './open-for-test.ts';

const ME = '/api/2.0/preview/scim/v2/Me';

test('members are let in: an application by its token, a person by a personal access token', async (t) => {
  const workspace = await openForTest(t);

  const application = await workspace.call('GET', ME);
  const person = await workspace.call('GET', ME, undefined, USER_TOKEN);

  assert.equal(application.body['userName'], MEMBER);
  assert.equal(application.principal, MEMBER);
  assert.equal(application.response.headers.get('x-databricks-org-id'), '1234567890123456');
  assert.equal(person.body['userName'], 'ann@example.com');
});

test('no credential is a 401, a bad one a 403, both with a number for a code', async (t) => {
  const workspace = await openForTest(t);

  const none = await workspace.call('GET', ME, undefined, '');
  const bad = await workspace.call('GET', ME, undefined, 'null');
  const stranger = await workspace.call('GET', ME, undefined, `app:${STRANGER}`);

  assert.deepEqual([none.status, none.body['error_code']], [401, 401]);
  assert.equal(none.response.headers.get('www-authenticate'), 'Bearer realm="DatabricksRealm"');
  assert.match(textOf(none.body['message']), /^Credential was not sent .* \[ReqId: [\w-]+\]$/u);
  assert.deepEqual([bad.status, bad.body['error_code']], [403, 403]);
  assert.match(textOf(bad.body['message']), /^Invalid access token\. \[ReqId: [\w-]+\]$/u);
  assert.equal(bad.response.headers.get('x-databricks-reason-phrase'), 'Invalid access token.');
  assert.deepEqual([stranger.status, stranger.body['error_code']], [403, 403]);
  assert.match(textOf(stranger.body['message']), /^Unauthorized access to Org: 1234567890123456 /u);
  assert.equal(stranger.principal, null);
});

test("an unknown route and a body that is no JSON are told in the vendor's own shape", async (t) => {
  const workspace = await openForTest(t);

  const route = await workspace.call('GET', '/api/2.0/clusters/list');
  const version = await workspace.call('GET', '/api/1.2/jobs/list');
  const body = await workspace.call('POST', '/api/2.1/jobs/run-now', 'no object');

  assert.deepEqual([route.status, route.body['error_code']], [404, 'ENDPOINT_NOT_FOUND']);
  assert.deepEqual([version.status, version.body['error_code']], [404, 'ENDPOINT_NOT_FOUND']);
  assert.deepEqual([body.status, body.body['error_code']], [400, 'MALFORMED_REQUEST']);
});

test('a caller sees whether it has a git credential', async (t) => {
  const workspace = await openForTest(t);
  const path = '/api/2.0/git-credentials';

  const some = await workspace.ok('GET', path);
  const none = await workspace.call('GET', path, undefined, `app:${NO_GIT}`);

  assert.match(JSON.stringify(some), /"git_provider":"azureDevOpsServicesAad"/u);
  assert.deepEqual([none.status, none.body], [200, {}]);
});

test('anybody may read where to sign in', async (t) => {
  const workspace = await openForTest(t);

  const answer = await workspace.call('GET', '/.well-known/databricks-config', undefined, '');

  assert.equal(answer.status, 200);
  assert.equal(answer.body['workspace_id'], '1234567890123456');
});
