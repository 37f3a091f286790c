import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { z } from 'zod';

import { Builds } from '../demo/answers.ts';
import { cloneRepository } from '../demo/git.ts';
import { openStage, type Stage } from '../demo/stage.ts';
import { openVendorApi } from '../demo/vendor-api.ts';
import { waitFor } from '../demo/wait-for.ts';
import { pipelines } from '../demo/wine-quality.ts';

const BRANCH = 'long';
const HOSTILE = 'nick"; ##vso[task.complete result=Succeeded] <img src=x>\u001b[2J';

test('a run that a person cancels is canceled there, and replayed it is another run with another key', async () => {
  await using stage = await openStage();
  await pushPipeline(stage);
  await stage.startService();
  const delivery = await askByHand(stage);
  await waitFor('the run', async () => (await look(stage, delivery)).run);

  const asked = await post(stage, `${delivery}/cancel`, { by: HOSTILE, attempt: 1 });
  const canceled = await ended(stage, delivery);
  const replayed = await post(stage, 'replay', {
    deliveries: [{ id: delivery, attempt: 1 }],
    by: 'ann',
  });
  const second = await waitFor('the second run', async () => {
    const { run, attempt } = await look(stage, delivery);
    return attempt === 2 ? run : null;
  });
  await post(stage, `${delivery}/cancel`, { by: 'ann' });
  const again = await ended(stage, delivery);

  assert.deepEqual([asked, replayed], [202, 200]);
  assert.deepEqual([canceled.verdict, again.verdict], ['canceled', 'canceled']);
  const [first] = again.earlier;
  assert.deepEqual([first?.verdict, first?.run?.id], ['canceled', canceled.run?.id]);
  assert.notEqual(second.id, first?.run?.id);
  assert.notEqual(again.key, first?.key);
  const runs = await builds(stage);
  assert.deepEqual(
    runs.map(({ result }) => result),
    ['canceled', 'canceled'],
  );
  assert(again.timeline.some(({ reason }) => reason.includes('asked devops to cancel run')));
  assert(again.timeline.every(({ reason }) => !reason.includes('\u001b')));
});

const Run = z.object({ id: z.string() }).nullable();
const Delivery = z.object({
  verdict: z.string().nullable(),
  attempt: z.number(),
  key: z.string(),
  run: Run,
  timeline: z.array(z.object({ reason: z.string() })),
  earlier: z.array(z.object({ verdict: z.string(), key: z.string(), run: Run })),
});

async function look({ serviceUrl }: Stage, id: string) {
  return Delivery.parse(await (await fetch(`${serviceUrl}/api/deliveries/${id}`)).json());
}

async function ended(stage: Stage, id: string) {
  return await waitFor('a verdict', async () => {
    const delivery = await look(stage, id);
    return delivery.verdict === null ? null : delivery;
  });
}

async function post({ serviceUrl }: Stage, place: string, body: unknown): Promise<number> {
  const response = await fetch(`${serviceUrl}/api/deliveries/${place}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  await response.text();
  return response.status;
}

/** Resolves to the id of the delivery. */
async function askByHand({ serviceUrl }: Stage): Promise<string> {
  const response = await fetch(`${serviceUrl}/api/manual/by-hand`, {
    method: 'POST',
    body: JSON.stringify({ name: 'unit-test', branch: BRANCH }),
  });
  const { event } = z.object({ event: z.string() }).parse(await response.json());
  const Event = z.object({ deliveries: z.array(z.object({ id: z.string() })) });
  const answer: unknown = await (await fetch(`${serviceUrl}/api/events/${event}`)).json();
  const [delivery] = Event.parse(answer).deliveries;
  assert(delivery);
  return delivery.id;
}

async function pushPipeline(stage: Stage): Promise<void> {
  const clone = await cloneRepository(stage);
  await clone.git('switch', '--quiet', '--create', BRANCH);
  const text = `trigger: none
parameters:
  - { name: signalbox_key, type: string, default: '' }
steps:
  - bash: sleep 300
`;
  writeFileSync(path.join(stage.folder, 'nick', 'pipelines/unit_test.yml'), text);
  await clone.push(BRANCH, 'A pipeline that takes its time [skip ci]');
}

async function builds(stage: Stage) {
  const all = `build/builds?definitions=${pipelines.unitTest}&api-version=7.1`;
  return Builds.parse(await openVendorApi(stage).azure(all)).value;
}
