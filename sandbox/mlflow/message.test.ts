import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  asyncProperty,
  constantFrom,
  dictionary,
  assert as forAll,
  jsonValue,
  oneof,
  string,
} from 'fast-check';

import { openForTest, TO_LOOPBACK } from './open-for-test.ts';
import { Float, pythonJson } from './python-json.ts';

const CREATE = '/api/2.0/mlflow/registered-models/create';
const JSON_TYPE = { 'content-type': 'application/json' };

test('what is not JSON is nothing, and what is no object makes the server fail', async (t) => {
  const server = await openForTest(t);
  const create = (body: string, headers: Record<string, string> = JSON_TYPE) =>
    server.send('POST', CREATE, body, headers);

  assert.match((await create('{bad')).text, /Missing value for required parameter 'name'\./u);
  assert.equal((await create('[]')).status, 500);
  assert.match((await create('{"name":"x"}', {})).text, /Content-Type header is missing/u);
  assert.match(
    (await create('{"name":"x"}', { 'content-type': 'text/json' })).text,
    /Content-Type must be one of \['application\/json'\]/u,
  );
  assert.equal((await create('"{\\"name\\": \\"twice encoded\\"}"')).status, 200);
});

test('a wrong type is told of a field that is looked at, and swallows the others', async (t) => {
  const server = await openForTest(t);

  assert.match(
    await server.refusal('POST', 'registered-models/create', { name: 1 }),
    /Invalid value 1 for parameter 'name' supplied: {2}Hint: Value was of type 'int'\./u,
  );
  const run = await server.ok('POST', 'runs/create', {
    experiment_id: '0',
    user_id: 5,
    start_time: 7,
  });
  assert.match(JSON.stringify(run), /"user_id":"","status":"RUNNING","start_time":0/u);
});

test('a path that is not there is a page, and one with other methods says which', async (t) => {
  const server = await openForTest(t);

  const unknown = await server.send('GET', '/api/2.0/mlflow/model-versions/compare');
  const wrong = await server.send('PUT', '/api/2.0/mlflow/registered-models/get');

  assert.equal(unknown.status, 404);
  assert.equal(unknown.action, null);
  assert.match(unknown.text, /^<!doctype html>\n<html lang=en>\n<title>404 Not Found<\/title>/u);
  assert.deepEqual(
    [wrong.status, wrong.response.headers.get('allow')],
    [405, 'GET, HEAD, OPTIONS'],
  );
});

test('a server with passwords lets nobody in without, but tells its health', async (t) => {
  const server = await openForTest(t, { users: [{ name: 'ann', password: 'a:long&password' }] });
  const path = '/api/2.0/mlflow/registered-models/search';

  const nobody = await server.send('GET', path);
  const wrong = await server.send('GET', path, undefined, { authorization: basic('ann:other') });
  const ann = await server.send('GET', path, undefined, {
    authorization: basic('ann:a:long&password'),
  });

  assert.deepEqual([nobody.status, wrong.status, ann.status], [401, 401, 200]);
  assert.equal(nobody.response.headers.get('www-authenticate'), 'Basic realm="mlflow"');
  assert.equal(ann.principal, 'ann');
  assert.equal((await server.send('GET', '/health')).text, 'OK');
});

test('numbers and texts are written as Python writes them', () => {
  const floats = [1, 0.1, 1e-5, 1e-7, 1.5e16, 123_456_789_012_345_680, -0, Number.NaN, 1e22];

  assert.equal(
    pythonJson(floats.map((value) => new Float(value))),
    '[1.0, 0.1, 1e-05, 1e-07, 1.5e+16, 1.2345678901234568e+17, -0.0, "NaN", 1e+22]',
  );
  assert.equal(
    pythonJson({ a: 'é\u007f😀', b: [], c: undefined }),
    '{"a": "\\u00e9\\u007f\\ud83d\\ude00", "b": []}',
  );
  assert.equal(pythonJson({ b: 1, a: [2] }, 'compact'), '{"a":[2],"b":1}');
  assert.equal(
    pythonJson({ a: [{ b: 1 }] }, 'pretty'),
    '{\n  "a": [\n    {\n      "b": 1\n    }\n  ]\n}',
  );
});

test('whatever is asked, the answer is one that MLflow could give', async (t) => {
  const server = await openForTest(t, { ...TO_LOOPBACK, webhook_timeout: 0.05 });
  const paths = server.service.routes
    .filter(({ path }) => !path.endsWith('/test'))
    .map(({ method, path }) => ({ method, path }));
  const values = oneof(jsonValue(), constantFrom('0', '1', 'churn', "name = 'x'", 'Staging'));
  const names = constantFrom(
    'name',
    'version',
    'filter',
    'key',
    'run_id',
    'tags',
    'events',
    'stage',
  );

  await forAll(
    asyncProperty(
      constantFrom(...paths),
      dictionary(oneof(names, string()), values),
      async ({ method, path }, fields) => {
        const isQuery = method === 'GET' || method === 'HEAD';
        const query = new URLSearchParams(
          Object.entries(fields).map(([name, value]): [string, string] => [
            name,
            typeof value === 'string' ? value : JSON.stringify(value),
          ]),
        );
        const answer = isQuery
          ? await server.send(method, `${path.replace(':id', '1')}?${query.toString()}`)
          : await server.send(method, path.replace(':id', '1'), JSON.stringify(fields), JSON_TYPE);
        assert.ok([200, 400, 404, 500].includes(answer.status), `${answer.status} ${answer.text}`);
        if (answer.status === 500) assert.match(answer.text, /Internal Server Error|error_code/u);
      },
    ),
    { numRuns: 300 },
  );
});

function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`;
}
