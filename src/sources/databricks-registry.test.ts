import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';

import { z } from 'zod';

import { Secret } from '../lib/secret.ts';
import type { Report } from '../model/report.ts';
import vector from './databricks-hmac-sha256.json' with { type: 'json' };
import { databricksRegistry } from './databricks-registry.ts';

const { signal } = new AbortController();
const SECRET = 'signalbox-demo-secret';
const SentTag = z.object({
  name: z.string(),
  version: z.string(),
  key: z.string(),
  value: z.string(),
});

test('a stage change comes out in our words', async () => {
  const received = await receive(vector.body);

  assert.deepEqual(received, {
    kind: 'event',
    event: {
      identity: 'prod|stage_changed|churn-model|7|Production|1767225600123',
      source: 'prod',
      type: 'model_version.stage_changed',
      model: 'churn-model',
      version: '7',
      occurredAtMs: 1_767_225_600_123,
      recovered: false,
      fields: {
        from_stage: 'Staging',
        to_stage: 'Production',
        text: "Registered model 'churn-model' version 7 transitioned from Staging to Production.",
        webhook_id: 'c5596721253c4b429368cf6f4341b88a',
      },
    },
  });
});

test('the general and the special name of a change are one event, whichever webhook tells it', async () => {
  const general = await receive(payload({ to_stage: 'Staging' }));
  const special = await receive(
    payload({ event: 'MODEL_VERSION_TRANSITIONED_TO_STAGING', webhook_id: 'another' }),
  );

  assert(general.kind === 'event' && special.kind === 'event');
  assert.equal(special.event.identity, general.event.identity);
  assert.equal(special.event.fields['to_stage'], 'Staging');
});

test('every event of the registry has its type, and the fields of its type', async () => {
  const cases = [
    [{ event: 'REGISTERED_MODEL_CREATED', version: undefined }, 'model.created', {}],
    [{ event: 'MODEL_VERSION_CREATED', run_id: 'r1' }, 'model_version.created', { run_id: 'r1' }],
    [
      { event: 'TRANSITION_REQUEST_CREATED', to_stage: 'Production', comment: 'please' },
      'model_version.transition_requested',
      { to_stage: 'Production', comment: 'please' },
    ],
    [
      { event: 'TRANSITION_REQUEST_TO_ARCHIVED_CREATED' },
      'model_version.transition_requested',
      { to_stage: 'Archived', comment: '' },
    ],
    [
      { event: 'MODEL_VERSION_TAG_SET', tags: [{ key: 'ok', value: 'a"b' }] },
      'model_version.tag_set',
      { tags: '{"ok":"a\\"b"}' },
    ],
    [
      { event: 'COMMENT_CREATED', comment: 'well done' },
      'model_version.commented',
      { comment: 'well done' },
    ],
  ] as const;

  for (const [told, type, fields] of cases) {
    const received = await receive(payload(told));
    assert(received.kind === 'event', told.event);
    assert.equal(received.event.type, type);
    assert.deepEqual(received.event.fields, { text: 'a text', webhook_id: 'w1', ...fields });
  }
});

test('happenings of one moment are told apart', async () => {
  const told = [
    { to_stage: 'Staging' },
    { to_stage: 'Archived' },
    { version: '8', to_stage: 'Staging' },
    { event: 'COMMENT_CREATED', comment: 'a' },
    { event: 'COMMENT_CREATED', comment: 'b' },
    { event: 'MODEL_VERSION_TAG_SET', tags: [{ key: 'a', value: '1' }] },
    { event: 'MODEL_VERSION_TAG_SET', tags: [{ key: 'a', value: '2' }] },
    { event: 'REGISTERED_MODEL_CREATED' },
    { event: 'MODEL_VERSION_CREATED' },
  ];

  const all = await Promise.all(told.map((one) => receive(payload(one))));

  const identities = all.map((one) => (one.kind === 'event' ? one.event.identity : one.kind));
  assert.equal(new Set(identities).size, told.length);
});

test('what nobody signed rightly is refused, and learns nothing from it', async () => {
  const source = opened();
  const body = Buffer.from(vector.body);

  for (const signature of ['f'.repeat(64), 'x', '']) {
    const headers = new Headers({ 'x-databricks-signature': signature });
    assert.deepEqual(await source.receive?.({ headers, body }), {
      kind: 'refused',
      because: 'the signature does not match: is it the secret of this webhook?',
    });
  }
  assert.deepEqual(await source.receive?.({ headers: new Headers(), body }), {
    kind: 'refused',
    because: 'the request is not signed: give the webhook a secret',
  });
});

test('our own reports, and tests of the webhook, are no news', async () => {
  const own = [
    { event: 'MODEL_VERSION_TAG_SET', tags: [{ key: 'signalbox.verdict', value: 'succeeded' }] },
    { event: 'COMMENT_CREATED', comment: '**Signalbox report** `dlv_1`' },
    { text: 'Test of webhook w1 for MODEL_VERSION_TRANSITIONED_STAGE.' },
  ];

  for (const told of own) assert.equal((await receive(payload(told))).kind, 'ignored');
});

test('a tag of somebody else beside ours is news, and so is a set of none', async () => {
  const ours = { key: 'signalbox.verdict', value: 'succeeded' };
  const event = 'MODEL_VERSION_TAG_SET';

  const mixed = await receive(payload({ event, tags: [ours, { key: 'mine', value: '1' }] }));
  const none = await receive(payload({ event, tags: [] }));

  assert.equal(mixed.kind, 'event');
  assert.equal(none.kind, 'event');
});

test('an event that we have no use for is ignored by its name', async () => {
  assert.deepEqual(await receive('{"event":"MODEL_ARCHIVED\\n<b>"}'), {
    kind: 'ignored',
    because: 'there is no use for MODEL_ARCHIVED??b? here',
  });
});

test('what cannot be understood is told what it lacks', async () => {
  const cases = [
    ['{"event":', 'JSON text'],
    [Buffer.from([0x7b, 0xff, 0x7d]), 'JSON text'],
    ['[]', 'event'],
    ['{}', 'event'],
    [payload({ model_name: undefined }), 'model_name'],
    [payload({ event_timestamp: 'yesterday', webhook_id: 7 }), 'webhook_id, event_timestamp'],
    [payload({ event_timestamp: 1e300 }), 'event_timestamp'],
    [payload({ version: 'a|b' }), 'version'],
    [payload({ version: undefined }), 'version'],
    [payload({ to_stage: undefined }), 'to_stage'],
    [payload({ to_stage: null }), 'to_stage'],
    [payload({ model_name: 'x'.repeat(300) }), 'model_name'],
  ] as const;

  for (const [body, lacking] of cases) {
    assert.deepEqual(await receive(body), {
      kind: 'malformed',
      because: `the body has no usable ${lacking}`,
    });
  }
});

test('texts of people are cut, and half characters are mended', async () => {
  const received = await receive(payload({ text: `${'x'.repeat(3999)}😀`, model_name: 'a\ud800' }));

  assert(received.kind === 'event');
  assert.equal(received.event.fields['text']?.length, 4000);
  assert.equal(received.event.fields['text']?.isWellFormed(), true);
  assert.equal(received.event.model, 'a\uFFFD');
});

test('a version that comes as a number is text with us', async () => {
  const received = await receive(payload({ version: 7 }));

  assert(received.kind === 'event');
  assert.equal(received.event.version, '7');
});

test('what may be left out may be null', async () => {
  const nothing = { version: null, comment: null, tags: null, run_id: null, text: null };

  const received = await receive(payload({ event: 'REGISTERED_MODEL_CREATED', ...nothing }));

  assert(received.kind === 'event');
  assert.deepEqual(received.event.fields, { text: '', webhook_id: 'w1' });
});

test('a survey reads every page', async () => {
  const source = opened((request) => {
    const { pathname, searchParams } = new URL(request.url);
    assert.equal(pathname, '/api/2.0/mlflow/model-versions/search');
    return searchParams.has('page_token')
      ? Response.json({})
      : Response.json({
          model_versions: [
            { name: 'wine', version: '1', current_stage: 'Staging', last_updated_timestamp: 5 },
            { name: 'wine', version: '2', last_updated_timestamp: 6 },
          ],
          next_page_token: 'p2',
        });
  });

  assert.deepEqual(await source.survey?.(signal), [
    { model: 'wine', version: '1', stage: 'Staging', changedAtMs: 5 },
    { model: 'wine', version: '2', stage: 'None', changedAtMs: 6 },
  ]);
});

test('tags are written one by one, a green verdict last of all', async () => {
  const sent: { key: string; value: string }[] = [];
  const source = opened(async (request) => {
    const { name, version, ...tag } = SentTag.parse(await request.json());
    assert.deepEqual({ name, version }, { name: 'wine', version: '7' });
    sent.push(tag);
    return new Response(null);
  });

  await source.report?.(report({}), signal);

  assert.deepEqual(sent, [
    { key: 'signalbox.integration-test.reason', value: 'all is well' },
    { key: 'signalbox.integration-test.run', value: 'https://dev.azure.com/run/12' },
    { key: 'signalbox.integration-test.evidence', value: 'https://adb.test/run/3' },
    { key: 'signalbox.integration-test.delivery', value: 'dlv_1' },
    { key: 'signalbox.integration-test.at', value: '2026-01-01T00:00:00.000Z' },
    { key: 'signalbox.integration-test.verdict', value: 'succeeded' },
    { key: 'signalbox.verdict', value: 'succeeded' },
  ]);
});

test('a verdict that is not green is written before all else', async () => {
  const keys: string[] = [];
  const source = opened(async (request) => {
    keys.push(SentTag.parse(await request.json()).key);
    return Response.json({});
  });

  await source.report?.(report({ verdict: 'failed', links: [] }), signal);

  assert.deepEqual(keys.slice(0, 2), ['signalbox.integration-test.verdict', 'signalbox.verdict']);
});

test('a comment is one text, written by us from the first line on', async () => {
  const bodies: unknown[] = [];
  const source = opened(async (request) => {
    assert.equal(new URL(request.url).pathname, '/api/2.0/mlflow/comments/create');
    bodies.push(await request.json());
    return Response.json({ comment: {} });
  });

  await source.report?.(report({ form: 'comment' }), signal);

  assert.deepEqual(bodies, [
    {
      name: 'wine',
      version: '7',
      comment: [
        '**Signalbox report** ` dlv_1 `',
        '**succeeded**, by rule ` integration-test `: ` all is well `',
        '- [` databricks run 3 `](<https://adb.test/run/3>)\n- [` azure-pipelines run 12 `](<https://dev.azure.com/run/12>)',
      ].join('\n\n'),
    },
  ]);
});

test('a token that the workspace turns away is replaced, and the tag written', async () => {
  const tokens: (string | null)[] = [];
  const source = opened((request) => {
    tokens.push(request.headers.get('authorization'));
    const isStale = tokens.length === 1;
    const refusal = { error_code: 403, message: 'Invalid access token. [ReqId: 1]' };
    return isStale ? Response.json(refusal, { status: 403 }) : Response.json({});
  });

  await source.report?.(report({}), signal);

  assert.deepEqual(tokens.slice(0, 2), ['Bearer token-1', 'Bearer token-2']);
});

test('a configuration without a secret, or with too many, is none', () => {
  const good = { host: 'https://adb.test', identity: 'sp', signing_secrets: [new Secret('s')] };
  const wrong = [
    { ...good, signing_secrets: [] },
    { ...good, signing_secrets: [new Secret('a'), new Secret('b'), new Secret('c')] },
    { ...good, signing_secrets: ['plain'] },
    { ...good, signing_secrets: [new Secret(' ')] },
    { ...good, host: 'http://adb.test' },
    { ...good, host: 'https://adb.test/path' },
    { ...good, hots: 'x' },
    { ...good, reconcile: '5' },
  ];

  assert.equal(databricksRegistry.config.parse({ ...good, reconcile: '5m' }).reconcile, 300_000);
  assert(wrong.every((config) => !databricksRegistry.config.safeParse(config).success));
});

function payload(fields: object): string {
  return JSON.stringify({
    event: 'MODEL_VERSION_TRANSITIONED_STAGE',
    webhook_id: 'w1',
    event_timestamp: 1_767_225_600_123,
    model_name: 'wine',
    version: '7',
    ...('event' in fields ? {} : { to_stage: 'Staging', from_stage: 'None' }),
    text: 'a text',
    ...fields,
  });
}

function report(fields: Partial<Report>): Report {
  return {
    form: 'tags',
    model: 'wine',
    version: '7',
    rule: 'integration-test',
    delivery: 'dlv_1',
    verdict: 'succeeded',
    reason: 'all is well',
    links: [
      { label: 'databricks run 3', url: 'https://adb.test/run/3' },
      { label: 'azure-pipelines run 12', url: 'https://dev.azure.com/run/12' },
    ],
    endedAtMs: Date.parse('2026-01-01T00:00:00Z'),
    ...fields,
  };
}

async function receive(body: string | Uint8Array) {
  const bytes = Buffer.from(body);
  const signature = createHmac('sha256', SECRET).update(bytes).digest('hex');
  const headers = new Headers({ 'X-Databricks-Signature': signature });
  return (await opened().receive?.({ headers, body: bytes })) ?? assert.fail('hears nothing');
}

/** The source, talking to a stand-in for the workspace; every token it asks for is another. */
function opened(answer: (request: Request) => Response | Promise<Response> = () => assert.fail()) {
  let tokens = 0;
  const config = {
    host: 'https://adb.test',
    identity: 'sp-mlops',
    signing_secrets: [new Secret(SECRET)],
  };
  return databricksRegistry.open('prod', config, {
    fetch: async (...request) => await answer(new Request(...request)),
    identity: () => ({
      token: async () => {
        tokens += 1;
        return new Secret(`token-${tokens}`);
      },
    }),
  });
}
