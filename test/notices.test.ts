import assert from 'node:assert/strict';
import { test } from 'node:test';

import { base, until } from '../sandbox/azure-devops/open-for-test.ts';
import { type AzureFlow, HOOK_SECRET, openAzureFlow } from './azure-flow.ts';

const RUN = 'ms.vss-pipelines.run-state-changed-event';

test('a run that Azure DevOps tells us of is looked at now, whenever its next look was due', async (t) => {
  // As the service sends them for basic authentication, which it allows for https alone.
  const basic = Buffer.from(`signalbox:${HOOK_SECRET}`).toString('base64');
  for (const [eventType, httpHeaders] of [
    [RUN, `X-Signalbox-Token:${HOOK_SECRET}`],
    ['build.complete', `Authorization:Basic ${basic}`],
  ] as const) {
    const flow = await openAzureFlow(t, { steps: '- script: echo', agents: 0 });
    await subscribe(flow, eventType, { httpHeaders });
    const [waiting] = await started(flow);
    const build = `${base}/build/builds/${waiting?.run?.id}`;
    await flow.organization.json('PATCH', build, { status: 'cancelling' });

    // The clock stands still: nothing but the notice makes it due.
    const ended = await until(async () => {
      await flow.settle();
      const [delivery] = await flow.deliveries();
      return delivery?.verdict ? delivery : null;
    });

    assert.equal(ended.verdict, 'canceled');
  }
});

test('a notice without the secret is refused, and nothing is looked at', async (t) => {
  const flow = await openAzureFlow(t, { steps: '- script: echo', agents: 0 });
  const [delivery] = await started(flow);
  const before = flow.requests.length;
  const notice = noticeOf(delivery?.run?.id ?? '');

  const refused = [
    {},
    { 'x-signalbox-token': 'a-hook-secret-of-nobody' },
    { 'x-signalbox-token': '' },
    { authorization: `Bearer ${HOOK_SECRET}` },
    { authorization: `Basic ${Buffer.from('signalbox:wrong').toString('base64')}` },
    { authorization: `Basic ${Buffer.from(HOOK_SECRET).toString('base64')}` },
  ];
  for (const headers of refused) assert.equal((await tell(flow, notice, headers)).status, 401);
  await flow.settle();

  assert.equal(flow.requests.length, before);
});

test('a notice that lies ends nothing: it is looked at, and the run goes on', async (t) => {
  const flow = await openAzureFlow(t, { steps: '- script: echo', agents: 0 });
  const [delivery] = await started(flow);
  const before = flow.requests.length;

  const answer = await tell(flow, noticeOf(delivery?.run?.id ?? ''), genuine);
  await flow.settle();

  assert.deepEqual(await answer.json(), { due: 1 });
  assert.ok(flow.requests.length > before);
  assert.equal((await flow.deliveries())[0]?.verdict, null);
});

test('a notice that is of no use is answered well, so that Azure DevOps goes on calling', async (t) => {
  const flow = await openAzureFlow(t, { steps: '- script: echo', agents: 0 });

  const answers = await Promise.all(
    [
      noticeOf('4711'),
      { eventType: 'git.push', resource: { pushId: 1 } },
      { eventType: RUN, resource: null },
    ].map((notice) => tell(flow, notice, genuine)),
  );

  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200],
  );
  assert.equal((await tell(flow, 'no event', genuine)).status, 400);
  const elsewhere = await fetch(`${flow.url}/hooks/targets/unknown`, {
    method: 'POST',
    body: '{}',
  });
  assert.equal(elsewhere.status, 404);
});

const genuine = { 'x-signalbox-token': HOOK_SECRET };

async function started(flow: AzureFlow) {
  await flow.ask(1);
  await flow.settle();
  return await flow.deliveries();
}

function noticeOf(run: string) {
  return { eventType: RUN, resource: { run: { id: Number(run), state: 'completed' } } };
}

async function tell(flow: AzureFlow, notice: unknown, headers: Readonly<Record<string, string>>) {
  const body = JSON.stringify(notice);
  return await fetch(`${flow.url}/hooks/targets/devops`, { method: 'POST', headers, body });
}

async function subscribe(
  { organization, url }: AzureFlow,
  eventType: string,
  credential: Readonly<Record<string, string>>,
): Promise<void> {
  await organization.json('POST', '/contoso/_apis/hooks/subscriptions', {
    publisherId: eventType.startsWith('ms.') ? 'pipelines' : 'tfs',
    eventType,
    resourceVersion: 'latest',
    consumerId: 'webHooks',
    consumerActionId: 'httpRequest',
    publisherInputs: {},
    consumerInputs: {
      url: `${url}/hooks/targets/devops`,
      resourceDetailsToSend: 'minimal',
      messagesToSend: 'none',
      detailedMessagesToSend: 'none',
      ...credential,
    },
  });
}
