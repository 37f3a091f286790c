import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MEMBER, objectOf, openForTest, STRANGER, textOf } from '../open-for-test.ts';

const SCIM = '/api/2.0/preview/scim/v2';
const SERVICE_PRINCIPALS = `${SCIM}/ServicePrincipals`;

test('an application that is added can log in, and one that is inactive or gone cannot', async (t) => {
  const workspace = await openForTest(t);
  const me = async () =>
    (await workspace.call('GET', `${SCIM}/Me`, undefined, `app:${STRANGER}`)).status;
  const statuses = [await me()];
  const made = await workspace.call('POST', SERVICE_PRINCIPALS, {
    applicationId: STRANGER,
    displayName: 'sp',
    entitlements: [{ value: 'workspace-access' }],
  });
  statuses.push(await me());
  const path = `${SERVICE_PRINCIPALS}/${textOf(made.body['id'])}`;
  await workspace.ok('PATCH', path, patch(false));
  statuses.push(await me());
  await workspace.ok('PATCH', path, patch(true));
  statuses.push(await me());
  const deleted = await workspace.call('DELETE', path);
  statuses.push(await me());

  assert.equal(made.status, 201);
  assert.deepEqual(statuses, [403, 200, 403, 200, 403]);
  assert.equal(deleted.status, 204);
});

test('applications are found by their application id, read, changed and refused in SCIM', async (t) => {
  const workspace = await openForTest(t, { config: { groups: { ops: [MEMBER] } } });
  const filter = (text: string) =>
    workspace.call('GET', `${SERVICE_PRINCIPALS}?filter=${encodeURIComponent(text)}`);

  const found = await filter(`applicationId eq "${MEMBER}"`);
  const none = await filter(`applicationId eq "${STRANGER}"`);
  const odd = await filter('emails co "x"');
  const [one] = Array.isArray(found.body['Resources']) ? found.body['Resources'].map(objectOf) : [];
  const path = `${SERVICE_PRINCIPALS}/${textOf(one?.['id'])}`;
  const changed = await workspace.ok('PATCH', path, {
    Operations: [
      { op: 'add', path: 'entitlements', value: [{ value: 'databricks-sql-access' }] },
      { op: 'remove', path: 'entitlements[value eq "allow-cluster-create"]' },
    ],
  });
  const strange = await workspace.call('PATCH', path, {
    Operations: [{ op: 'add', path: 'roles', value: [] }],
  });
  const missing = await workspace.call('GET', `${SERVICE_PRINCIPALS}/7`);
  const me = await workspace.call('GET', `${SCIM}/Me`);

  assert.deepEqual(
    [found.body['totalResults'], none.body['totalResults'], odd.status],
    [1, 0, 400],
  );
  assert.deepEqual(changed['entitlements'], [
    { value: 'workspace-access' },
    { value: 'databricks-sql-access' },
  ]);
  assert.equal(strange.status, 400);
  assert.deepEqual(
    [missing.status, missing.body['status'], missing.body['schemas']],
    [404, '404', ['urn:ietf:params:scim:api:messages:2.0:Error']],
  );
  assert.equal(me.body['id'], one?.['id']);
  assert.equal(me.response.headers.get('x-databricks-org-id'), '1234567890123456');
  assert.match(JSON.stringify(me.body['groups']), /users.*admins.*ops/u);
});

function patch(value: boolean) {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'active', value }],
  };
}
