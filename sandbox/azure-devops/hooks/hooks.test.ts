import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';

import { z } from 'zod';

import { openClock } from '../../kit/clock.ts';
import { base, openForTest, type TestOrganization, until } from '../open-for-test.ts';

const files = {
  'azure-pipelines.yml': `
trigger: none
stages:
- stage: Good
  jobs:
  - job: Work
    steps:
    - checkout: none
    - script: echo
- stage: Bad
  jobs:
  - job: Fail
    steps:
    - checkout: none
    - script: exit 1
`,
};
const subscriptions = '/contoso/_apis/hooks/subscriptions';

test('subscribers are told what becomes of runs, stages, jobs and builds', async () => {
  await using receiver = await openReceiver();
  await using azure = await openForTest({ files });
  const all = await subscribe(azure, receiver.url, runChanged);
  for (const [eventType, publisherInputs] of [
    [runChanged, { runStateId: 'Completed', runResultId: 'Failed', pipelineId: '1' }],
    [runChanged, { runResultId: 'Succeeded' }],
    [runChanged, { pipelineId: '2' }],
    ['ms.vss-pipelines.stage-state-changed-event', { stageNameId: 'Bad' }],
    ['ms.vss-pipelines.job-state-changed-event', { jobNameId: 'Work', jobStateId: 'Completed' }],
    ['build.complete', { buildStatus: 'Failed' }],
  ] as const) {
    await subscribe(azure, receiver.url, eventType, { publisherInputs });
  }

  await azure.ended(await azure.start());
  const got = await receiver.waitFor(7);

  assert.deepEqual(
    got.map(({ body }) => stateIn(body)).toSorted(),
    [
      'build.complete build failed',
      'job-state-changed completed succeeded',
      'run-state-changed completed failed',
      'run-state-changed completed failed',
      'run-state-changed inProgress -',
      'stage-state-changed completed failed',
      'stage-state-changed running -',
    ].toSorted(),
  );
  const first = got.find(({ body }) => body.subscriptionId === all);
  assert.deepEqual(Object.keys(first?.body ?? {}).toSorted(), [
    'createdDate',
    'detailedMessage',
    'eventType',
    'id',
    'message',
    'notificationId',
    'publisherId',
    'resource',
    'resourceContainers',
    'resourceVersion',
    'subscriptionId',
  ]);
  assert.match(first?.body.message?.text ?? '', /^Run \d{8}\.1 in progress\.$/);
  // The same event has one id, whoever is told of it.
  const ended = got.filter(({ body }) => stateIn(body) === 'run-state-changed completed failed');
  assert.equal(new Set(ended.map(({ body }) => body.id)).size, 1);
  assert.equal(new Set(ended.map(({ body }) => body.subscriptionId)).size, 2);
});

test('a subscriber gets as much as it asked for, with its headers', async () => {
  await using receiver = await openReceiver();
  await using azure = await openForTest({ files });
  const id = await subscribe(azure, receiver.url, runChanged, {
    publisherInputs: { runStateId: 'Completed' },
    consumerInputs: {
      httpHeaders: 'X-Signalbox-Token: s3cret\nX-More:two: parts',
      resourceDetailsToSend: 'minimal',
      messagesToSend: 'none',
      detailedMessagesToSend: 'markdown',
    },
  });
  await azure.ended(await azure.start());

  const [got] = await receiver.waitFor(1);
  assert.ok(got);
  const { headers, body } = got;

  assert.equal(headers['x-signalbox-token'], 's3cret');
  assert.equal(headers['x-more'], 'two: parts');
  assert.equal(headers['x-vss-subscriptionid'], id);
  assert.equal(body.message, null);
  assert.match(body.detailedMessage?.markdown ?? '', /^Run \[\d{8}\.1\]\(https:\/\/.*\) failed\.$/);
  assert.match(
    JSON.stringify(body.resource),
    /^\{"run":\{"id":1001,"url":"[^"]+"\},"pipeline":\{"id":1,"url":"[^"]+"\}\}$/,
  );
  assert.equal(azure.redact('s3cret'), '***');
});

test('who is busy is told again and again, with the same notification', async () => {
  await using receiver = await openReceiver([503, 502, 408, 504, 200]);
  await using azure = await openForTest({ files });
  const id = await subscribe(azure, receiver.url, runChanged, {
    publisherInputs: { runStateId: 'Completed' },
  });
  await azure.ended(await azure.start());

  const got = await receiver.waitFor(5);

  assert.equal(new Set(got.map(({ body }) => body.notificationId)).size, 1);
  const [notification] = await historyOf(azure, id, 1);
  assert.equal(notification?.['result'], 'succeeded');
  const full = await azure.json(
    'GET',
    `${subscriptions}/${id}/notifications/${String(notification?.['id'])}`,
  );
  const details = z.looseObject({}).parse(full['details']);
  assert.equal(details['requestAttempts'], 5);
  assert.match(String(details['response']), /^Status Code: 200\n/);
  assert.equal(await statusOf(azure, id), 'enabled');
});

test('after eight more attempts a subscriber is given up, and is on probation', async () => {
  await using receiver = await openReceiver(Array.from({ length: 9 }, () => 503));
  await using azure = await openForTest({ files });
  const id = await subscribe(azure, receiver.url, runChanged, {
    publisherInputs: { runStateId: 'Completed' },
  });
  await azure.ended(await azure.start());

  await receiver.waitFor(9);
  await until(async () => ((await statusOf(azure, id)) === 'onProbation' ? true : null));
});

test('on probation one event is let through after longer and longer waits', async () => {
  const clock = openClock();
  await using receiver = await openReceiver([500, 401, 200]);
  await using azure = await openForTest({ files, clock });
  const id = await subscribe(azure, receiver.url, runChanged, {
    publisherInputs: { runStateId: 'Completed' },
  });
  const run = async (ended: number) => {
    await azure.ended(await azure.start());
    const history = await historyOf(azure, id, ended);
    return history[0]?.['result'];
  };

  assert.equal(await run(1), 'failed');
  assert.equal(await statusOf(azure, id), 'onProbation');
  assert.equal(await run(2), 'filtered');
  // A second of the sandbox's hooks lasts 5 ms here: 20 minutes are 6 seconds.
  clock.advance(20 * 60 * 5);
  assert.equal(await run(3), 'failed');
  clock.advance(20 * 60 * 5);
  assert.equal(await run(4), 'filtered');
  clock.advance(40 * 60 * 5);
  assert.equal(await run(5), 'succeeded');
  assert.equal(await statusOf(azure, id), 'enabled');
  assert.equal(receiver.got.length, 3);
});

test('who is gone is never told again', async () => {
  await using receiver = await openReceiver([410]);
  await using azure = await openForTest({ files });
  const id = await subscribe(azure, receiver.url, runChanged);
  await azure.ended(await azure.start());

  await until(async () => ((await statusOf(azure, id)) === 'disabledBySystem' ? true : null));
  const { result } = await azure.ended(await azure.start());

  assert.equal(result, 'failed');
  const found = await azure.json('GET', `${subscriptions}/${id}`);
  await azure.json('PUT', `${subscriptions}/${id}`, { ...found, status: 'enabled' });
  assert.equal(await statusOf(azure, id), 'enabled');
});

test('a push is told with its commits, to whom its branch concerns', async () => {
  await using receiver = await openReceiver();
  await using azure = await openForTest({ files });
  await subscribe(azure, receiver.url, 'git.push', { publisherInputs: { branch: 'other' } });
  await subscribe(azure, receiver.url, 'git.push', { publisherInputs: { branch: 'dev' } });
  const refs = await azure.json('GET', `${base}/git/repositories/wine-quality/refs`);
  const [main] = z.array(z.object({ objectId: z.string() })).parse(refs['value']);

  await azure.send('POST', `${base}/git/repositories/wine-quality/pushes`, {
    refUpdates: [{ name: 'refs/heads/dev', oldObjectId: main?.objectId }],
    commits: [
      {
        comment: 'Say more',
        changes: [
          {
            changeType: 'add',
            item: { path: '/more.txt' },
            newContent: { content: 'more', contentType: 'rawtext' },
          },
        ],
      },
    ],
  });
  const [push] = await receiver.waitFor(1);

  const { commits, refUpdates, pushId } = z
    .looseObject({
      commits: z.array(z.object({ comment: z.string() })),
      refUpdates: z.array(z.object({ name: z.string(), oldObjectId: z.string() })),
      pushId: z.number(),
    })
    .parse(push?.body.resource);
  assert.deepEqual(commits[0]?.comment, 'Say more');
  assert.equal(refUpdates[0]?.name, 'refs/heads/dev');
  assert.equal(pushId, 1);
});

test('subscriptions are found, changed and deleted, and show no password', async () => {
  await using azure = await openForTest({ files });
  const url = 'https://127.0.0.1:9/hooks';
  const id = await subscribe(azure, url, runChanged, {
    consumerInputs: { basicAuthUsername: 'me', basicAuthPassword: 'pa55' },
  });
  await subscribe(azure, url, 'build.complete');

  const found = await azure.json('GET', `${subscriptions}/${id}`);
  assert.deepEqual(found['consumerInputs'], {
    basicAuthUsername: 'me',
    basicAuthPassword: '********',
    url,
  });
  await azure.json('PUT', `${subscriptions}/${id}`, { ...found, status: 'disabledByUser' });
  assert.equal(await statusOf(azure, id), 'disabledByUser');
  assert.equal(azure.redact('pa55'), '***');
  const listed = await azure.json('GET', `${subscriptions}?eventType=build.complete`);
  assert.equal(listed['count'], 1);
  const query = await azure.json('POST', '/contoso/_apis/hooks/subscriptionsquery', {
    publisherId: 'pipelines',
    consumerInputFilters: [
      { conditions: [{ inputId: 'url', inputValue: url, operator: 'equals' }] },
    ],
  });
  assert.equal(z.array(z.unknown()).parse(query['results']).length, 1);
  assert.equal((await azure.send('DELETE', `${subscriptions}/${id}`)).status, 204);
  assert.equal((await azure.send('GET', `${subscriptions}/${id}`)).status, 404);
});

test('what does not fit is refused by name', async () => {
  await using azure = await openForTest({ files });
  const cases = [
    [{ publisherId: 'rm' }, /The publisher 'rm' does not exist/],
    [{ eventType: 'nosuch' }, /The event 'nosuch' .* it has ms\.vss-pipelines\.run-state/],
    [{ consumerId: 'slack' }, /The consumer 'slack' does not exist/],
    [{ resourceVersion: '9.0' }, /has no resource version '9\.0'/],
    [{ publisherInputs: { branch: 'main' } }, /has no input 'branch'/],
    [{ publisherInputs: { runStateId: 'Done' } }, /The value 'Done' of the input 'runStateId'/],
    [{ consumerInputs: {} }, /A value is required for the input 'url'/],
    [
      { consumerInputs: { url: 'http://127.0.0.1', basicAuthPassword: 'x' } },
      /Basic authentication needs an address that begins with https/,
    ],
    [
      { consumerInputs: { url: 'http://127.0.0.1', httpHeaders: 'a b:c' } },
      /The line 'a b' of the input 'httpHeaders' is no header/,
    ],
  ] as const;
  for (const [wrong, message] of cases) {
    const body = { ...subscriptionTo('http://127.0.0.1:9', runChanged), ...wrong };
    const response = await azure.send('POST', subscriptions, body);
    assert.equal(response.status, 400);
    assert.match(await response.text(), message);
  }
});

test('a test notification goes out once and tells how it went', async () => {
  await using receiver = await openReceiver([200, 500]);
  await using azure = await openForTest({ files });
  const details = subscriptionTo(receiver.url, runChanged);

  const good = await azure.json('POST', '/contoso/_apis/hooks/testnotifications', { details });
  assert.equal(good['result'], 'succeeded');
  const bad = await azure.json('POST', '/contoso/_apis/hooks/testnotifications', { details });
  assert.equal(bad['result'], 'failed');
  assert.match(JSON.stringify(bad['details']), /"errorMessage":"The receiver answered 500\."/);
});

test('publishers and consumers say what there is', async () => {
  await using azure = await openForTest({ files });

  const publishers = await azure.json('GET', '/contoso/_apis/hooks/publishers');
  assert.match(JSON.stringify(publishers['value']), /"id":"git\.push".*run-state-changed-event/);
  const types = await azure.json('GET', '/contoso/_apis/hooks/publishers/pipelines/eventtypes');
  assert.equal(types['count'], 3);
  const actions = await azure.json('GET', '/contoso/_apis/hooks/consumers/webHooks/actions');
  assert.match(JSON.stringify(actions['value']), /"id":"httpRequest".*"resourceDetailsToSend"/);
});

const runChanged = 'ms.vss-pipelines.run-state-changed-event';

const Body = z.looseObject({
  id: z.string(),
  subscriptionId: z.string(),
  notificationId: z.number(),
  eventType: z.string(),
  message: z.looseObject({ text: z.string().optional() }).nullable(),
  detailedMessage: z.looseObject({ markdown: z.string().optional() }).nullable(),
  resource: z.looseObject({}).nullable(),
});

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: z.infer<typeof Body>;
}

/** Somebody on this machine who is told of events, and answers with these statuses and then 200. */
async function openReceiver(statuses: readonly number[] = []) {
  const got: Received[] = [];
  const server = createServer((incoming, outgoing) => {
    void note(incoming).then((status) => outgoing.writeHead(status).end('noted'));
  });
  const note = async (incoming: IncomingMessage) => {
    const body = Body.parse(JSON.parse(await text(incoming)));
    got.push({ headers: incoming.headers, body });
    return statuses[got.length - 1] ?? 200;
  };
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    got,
    url: `http://127.0.0.1:${port}/hooks`,
    waitFor: (count: number) => until(async () => (got.length >= count ? [...got] : null)),
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}

interface Inputs {
  readonly publisherInputs?: Readonly<Record<string, string>>;
  readonly consumerInputs?: Readonly<Record<string, string>>;
}

function subscriptionTo(url: string, eventType: string, inputs: Inputs = {}) {
  return {
    publisherId: eventType.startsWith('ms.') ? 'pipelines' : 'tfs',
    eventType,
    resourceVersion: 'latest',
    consumerId: 'webHooks',
    consumerActionId: 'httpRequest',
    publisherInputs: inputs.publisherInputs ?? {},
    consumerInputs: { url, ...inputs.consumerInputs },
  };
}

async function subscribe(
  azure: TestOrganization,
  url: string,
  eventType: string,
  inputs: Inputs = {},
): Promise<string> {
  const body = subscriptionTo(url, eventType, inputs);
  return z.string().parse((await azure.json('POST', subscriptions, body))['id']);
}

async function statusOf(azure: TestOrganization, id: string): Promise<unknown> {
  return (await azure.json('GET', `${subscriptions}/${id}`))['status'];
}

/** The history of a subscription once so many of its notifications have ended, the newest first. */
async function historyOf(azure: TestOrganization, id: string, ended: number) {
  return until(async () => {
    const path = `${subscriptions}/${id}/notifications?status=completed`;
    const all = z.array(z.looseObject({})).parse((await azure.json('GET', path))['value']);
    return all.length >= ended ? all : null;
  });
}

function stateIn({ eventType, resource }: Received['body']): string {
  const name = eventType.replace('ms.vss-pipelines.', '').replace('-event', '');
  const part = name.startsWith('build') ? resource : resource?.[name.split('-')[0] ?? ''];
  const { state, result = '-' } = z
    .looseObject({ state: z.string().default('build'), result: z.string().optional() })
    .parse(part);
  return `${name} ${state} ${result}`;
}
