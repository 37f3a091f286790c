import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openAzureFlow } from './azure-flow.ts';

const RUNS = 2000;
const MINUTES = 15;
const POLL_MS = 5000;

test('two thousand runs that go on are followed with few calls, and each end is seen in time', async (t) => {
  const flow = await openAzureFlow(t, { steps: '- script: echo', agents: 0 });
  await flow.ask(RUNS);
  await flow.settle();
  const running = (await flow.deliveries()).filter(({ phase }) => phase === 'running');
  assert.equal(running.length, RUNS);

  flow.requests.splice(0);
  const perMinute: number[] = [];
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const before = flow.requests.length;
    for (let ms = 0; ms < 60_000; ms += POLL_MS) {
      flow.later(POLL_MS);
      await flow.settle();
    }
    perMinute.push(flow.requests.length - before);
  }
  t.diagnostic(`calls per minute: ${perMinute.join(', ')}`);
  const last = perMinute.at(-1) ?? 0;
  assert.ok(last / RUNS < 0.2, `${last} calls in the last minute: 24 for each run would be a poll`);

  const [first] = running;
  await flow.organization.json(
    'PATCH',
    `/contoso/MLFlowHooks/_apis/build/builds/${first?.run?.id}`,
    {
      status: 'cancelling',
    },
  );
  flow.later((MINUTES * 60_000) / 20 + POLL_MS);
  await flow.settle();
  const ended = (await flow.deliveries()).filter(({ verdict }) => verdict !== null);
  assert.deepEqual(
    ended.map(({ id, verdict }) => [id, verdict]),
    [[first?.id, 'canceled']],
  );
});
