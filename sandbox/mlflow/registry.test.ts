import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';

import { z } from 'zod';

import { openForTest, type TestServer } from './open-for-test.ts';

const Version = z.object({
  version: z.string(),
  current_stage: z.string(),
  description: z.string().optional(),
  aliases: z.array(z.string()).optional(),
});
const Versions = z.object({ model_versions: z.array(Version).default([]) });
const Models = z.object({
  registered_models: z.array(z.object({ name: z.string() })).default([]),
  next_page_token: z.string().optional(),
});
const Model = z.object({
  registered_model: z.object({
    latest_versions: z.array(Version).default([]),
    aliases: z.array(z.object({ alias: z.string(), version: z.string() })).default([]),
    last_updated_timestamp: z.number(),
  }),
});

const MISSING = 'See the API docs for more information about request parameters.';

test('a move to a stage can archive those that are there, whatever the spelling', async (t) => {
  const server = await withVersions(t, 2);
  await move(server, '1', 'staging');
  await move(server, '2', 'Staging', true);

  const { model_versions: versions } = Versions.parse(
    await server.ok('POST', 'registered-models/get-latest-versions', { name: 'churn' }),
  );

  const stages = versions.map(({ version, current_stage: stage }) => `${version} ${stage}`);
  assert.deepEqual(stages, ['1 Archived', '2 Staging']);
});

test('nothing can be archived in favour of a stage that is not active, nor moved to none', async (t) => {
  const server = await withVersions(t, 1);
  const refused = (stage: string, archive_existing_versions: unknown = true) =>
    server.refusal('POST', 'model-versions/transition-stage', {
      name: 'churn',
      version: '1',
      stage,
      archive_existing_versions,
    });

  assert.equal(
    await refused('Archived'),
    `500 "INTERNAL_ERROR": "Model version transition cannot archive existing model versions because 'Archived' is not an Active stage. Valid stages are ['Staging', 'Production']"`,
  );
  assert.match(
    await refused('Foo'),
    /Invalid Model Version stage: Foo\. Value must be one of None, /u,
  );
  assert.equal(
    await refused('Staging', 'true'),
    `400 "INVALID_PARAMETER_VALUE": "Invalid value \\"true\\" for parameter 'archive_existing_versions' supplied:  Hint: Value was of type 'str'. ${MISSING}"`,
  );
});

test('an alias points to one version, moves, and is shown where MLflow shows it', async (t) => {
  const server = await withVersions(t, 2);
  const alias = (name: string, version: string) =>
    server.ok('POST', 'registered-models/alias', { name: 'churn', alias: name, version });
  await alias('champion', '1');
  await alias('champion', '2');
  await alias('best', '2');

  const under = await server.ok('GET', 'registered-models/alias?name=churn&alias=champion');
  const model = Model.parse(await server.ok('GET', 'registered-models/get?name=churn'));

  const version = z.object({ model_version: Version }).parse(under).model_version;
  assert.deepEqual([version.version, version.aliases], ['2', ['best', 'champion']]);
  assert.deepEqual(
    model.registered_model.aliases.map(({ alias: name }) => name),
    ['best', 'champion'],
  );
  assert.deepEqual(
    model.registered_model.latest_versions.map((one) => one.aliases),
    [undefined],
  );
});

test('an alias that is not there is a 400 to ask for, and no error to delete', async (t) => {
  const server = await withVersions(t, 1);

  assert.equal(
    await server.refusal('GET', 'registered-models/alias?name=churn&alias=nobody'),
    '400 "INVALID_PARAMETER_VALUE": "Registered model alias nobody not found."',
  );
  await server.ok('DELETE', 'registered-models/alias', { name: 'churn', alias: 'nobody' });
});

test('some names cannot be aliases', async (t) => {
  const server = await withVersions(t, 1);
  const refused = (alias: string) =>
    server.refusal('POST', 'registered-models/alias', { name: 'churn', alias, version: '1' });

  assert.match(await refused('v1'), /Version alias name 'v1' is reserved\./u);
  assert.match(await refused('Latest'), /'latest' alias name \(case insensitive\) is reserved\./u);
  assert.match(await refused('a b'), /Invalid alias name: 'a b'\. Names may only contain/u);
});

test('a number that was given out is not given out again, and latest is the highest', async (t) => {
  const server = await withVersions(t, 3);
  await server.ok('POST', 'registered-models/alias', { name: 'churn', alias: 'a', version: '3' });

  await server.ok('DELETE', 'model-versions/delete', { name: 'churn', version: '3' });

  const latest = await server.ok('GET', 'registered-models/alias?name=churn&alias=latest');
  const model = Model.parse(await server.ok('GET', 'registered-models/get?name=churn'));
  const created = await server.ok('POST', 'model-versions/create', {
    name: 'churn',
    source: 's3://b/m',
  });
  assert.match(JSON.stringify(latest), /"version":"2"/u);
  assert.deepEqual(model.registered_model.aliases, []);
  assert.match(JSON.stringify(created), /"version":"4"/u);
});

test('a new name goes to the versions too, and the old one is free', async (t) => {
  const server = await withVersions(t, 1);

  await server.ok('POST', 'registered-models/rename', { name: 'churn', new_name: 'leave' });
  await server.ok('POST', 'registered-models/create', { name: 'churn' });

  await server.ok('GET', 'model-versions/get?name=leave&version=1');
  assert.equal(
    await server.refusal('GET', 'model-versions/get?name=churn&version=1'),
    '404 "RESOURCE_DOES_NOT_EXIST": "Model Version (name=churn, version=1) not found"',
  );
});

test('an update without a description takes the old one away', async (t) => {
  const server = await withVersions(t, 1);
  const version = { name: 'churn', version: '1' };
  await server.ok('PATCH', 'model-versions/update', { ...version, description: 'text' });

  const updated = await server.ok('PATCH', 'model-versions/update', version);

  assert.doesNotMatch(JSON.stringify(updated), /description/u);
});

test('a model is there once, and a prompt is no model', async (t) => {
  const server = await withVersions(t, 0);
  const prompt = { name: 'hello', tags: [{ key: 'mlflow.prompt.is_prompt', value: 'true' }] };
  await server.ok('POST', 'registered-models/create', prompt);

  assert.equal(
    await server.refusal('POST', 'registered-models/create', { name: 'churn' }),
    '400 "RESOURCE_ALREADY_EXISTS": "Registered Model (name=churn) already exists."',
  );
  assert.match(
    await server.refusal('POST', 'registered-models/create', { name: 'hello' }),
    /the name is already taken by a prompt/u,
  );
  assert.deepEqual(await modelsFound(server, ''), ['churn']);
  assert.deepEqual(await modelsFound(server, "tags.`mlflow.prompt.is_prompt` = 'true'"), ['hello']);
});

test('a source that nobody vouches for is refused', async (t) => {
  const server = await withVersions(t, 0);
  const refused = (source: string) =>
    server.refusal('POST', 'model-versions/create', { name: 'churn', source });

  assert.match(await refused('/etc/passwd'), /To use a local path as a model version source/u);
  assert.match(
    await refused('file:///etc/passwd'),
    /To use a local path as a model version source/u,
  );
  assert.match(await refused('s3://bucket/a/../b'), /an absolute path must be provided/u);
  assert.match(await refused('s3://bucket/%2e%2e/b'), /an absolute path must be provided/u);
  assert.match(await refused('runs:/abc/model'), /The run_id request parameter must identify/u);
  assert.match(
    await refused('models:/other/1'),
    /^404 .*Registered Model with name=other not found/u,
  );
});

test('filters find by name, tag and number, and never let everything through', async (t) => {
  const server = await withVersions(t, 2);
  await server.ok('POST', 'registered-models/create', { name: 'other' });
  await server.ok('POST', 'model-versions/set-tag', {
    name: 'churn',
    version: '2',
    key: 'my.team',
    value: 'growth',
  });
  const found = async (filter: string) => {
    const path = `model-versions/search?filter=${encodeURIComponent(filter)}`;
    const { model_versions: versions } = Versions.parse(await server.ok('GET', path));
    return versions.map(({ version }) => version);
  };
  const refused = (filter: string) =>
    server.refusal('GET', `registered-models/search?filter=${encodeURIComponent(filter)}`);

  assert.deepEqual(await found("name = 'churn' AND version_number > 1"), ['2']);
  assert.deepEqual(await found("tags.`my.team` = 'growth'"), ['2']);
  assert.deepEqual(await found("tags.`my.team` != 'growth'"), []);
  assert.deepEqual(await found("name IN ('churn', 'x') and source_path like 's3%'"), ['2', '1']);
  assert.deepEqual(await modelsFound(server, "name ILIKE 'CH%'"), ['churn']);
  assert.deepEqual(await modelsFound(server, "name LIKE 'CH%'"), []);
  assert.match(
    await refused("name = 'a' OR name = 'b'"),
    /Invalid clause\(s\) in filter string: OR"/u,
  );
  assert.match(await refused("owner = 'ann'"), /Invalid attribute key 'owner' specified/u);
  assert.match(await refused('name = churn'), /Parameter value is either not quoted/u);
  assert.match(await refused("name = 'a'; name = 'b'"), /contained multiple expression/u);
  assert.match(await refused("name = 'a"), /Invalid clause\(s\) in filter string: name, =, '/u);
});

test('results come page by page, and a token of nobody is refused', async (t) => {
  const server = await openForTest(t);
  for (const name of ['a', 'b', 'c']) await server.ok('POST', 'registered-models/create', { name });

  const first = Models.parse(await server.ok('GET', 'registered-models/search?max_results=2'));
  const token = encodeURIComponent(first.next_page_token ?? '');
  const second = Models.parse(
    await server.ok('GET', `registered-models/search?page_token=${token}`),
  );

  assert.deepEqual(
    [first, second].map(({ registered_models: models }) => models.map(({ name }) => name)),
    [['a', 'b'], ['c']],
  );
  assert.match(
    await server.refusal('GET', 'registered-models/search?page_token=x'),
    /Invalid page token, could not base64-decode/u,
  );
  assert.match(
    await server.refusal('GET', 'registered-models/search?max_results=1001'),
    /Invalid value \\"1001\\" for parameter 'max_results' supplied/u,
  );
});

test('an order names its column and its direction', async (t) => {
  const server = await openForTest(t);
  for (const name of ['a', 'b']) await server.ok('POST', 'registered-models/create', { name });

  const { registered_models: models } = Models.parse(await server.ok('GET', ordered('name DESC')));

  assert.deepEqual(
    models.map(({ name }) => name),
    ['b', 'a'],
  );
  assert.match(
    await server.refusal('GET', ordered('foo')),
    /Invalid order by key 'foo' specified/u,
  );
  assert.match(
    await server.refusal('GET', ordered('name up')),
    /Invalid ordering key in order_by/u,
  );
});

function ordered(orderBy: string): string {
  return `registered-models/search?order_by=${encodeURIComponent(orderBy)}`;
}

async function modelsFound(server: TestServer, filter: string): Promise<readonly string[]> {
  const path = `registered-models/search?filter=${encodeURIComponent(filter)}`;
  return Models.parse(await server.ok('GET', path)).registered_models.map(({ name }) => name);
}

async function withVersions(t: TestContext, count: number): Promise<TestServer> {
  const server = await openForTest(t);
  await server.ok('POST', 'registered-models/create', { name: 'churn' });
  for (let made = 0; made < count; made += 1) {
    await server.ok('POST', 'model-versions/create', {
      name: 'churn',
      source: 's3://bucket/model',
    });
    server.clock.advance(1);
  }
  return server;
}

function move(server: TestServer, version: string, stage: string, archive = false) {
  return server.ok('POST', 'model-versions/transition-stage', {
    name: 'churn',
    version,
    stage,
    archive_existing_versions: archive,
  });
}
