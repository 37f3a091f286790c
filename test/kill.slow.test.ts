import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';

import { z } from 'zod';

import { Builds, type Delivery } from '../demo/answers.ts';
import { type Observer, openObserver } from '../demo/observer.ts';
import { registerWebhook, stageByHand } from '../demo/registry.ts';
import { openStage, type Stage } from '../demo/stage.ts';
import { openVendorApi } from '../demo/vendor-api.ts';
import { waitFor } from '../demo/wait-for.ts';
import { names, pipelines } from '../demo/wine-quality.ts';

test('killed right after it has acknowledged an event, it carries the event out', async (t) => {
  const scene = await openScene(t);
  const event = await scene.ask();
  await scene.restart();

  await scene.endsAsOne(event);
});

test('killed while a start is under way, it finds the run and starts no second one', async (t) => {
  const scene = await openScene(t);
  // The run is started, and its answer is late enough for us to die before it.
  await scene.fault({
    id: 'late-reply',
    service: 'azure-devops',
    method: 'POST',
    path: '/**/pipelines/*/runs',
    when: { times: 1 },
    stage: 'after',
    do: { kind: 'delay', ms: 3000 },
  });
  const event = await scene.ask();
  await waitFor('the run in Azure DevOps', async () => ((await scene.builds()) > 0 ? true : null));
  await scene.restart();

  const delivery = await scene.endsAsOne(event);
  assert.ok(
    delivery.timeline.some(({ phase }) => phase === 'uncertain'),
    'it did not know, and looked',
  );
});

test('killed while the runs go on, it follows the same ones to their end', async (t) => {
  const scene = await openScene(t);
  const event = await scene.ask();
  await waitFor('a Databricks run', async () => (await scene.observer.databricksRuns())[0]);
  await scene.restart();

  await scene.endsAsOne(event);
});

test('killed after every step of its timeline, the story ends the same', async (t) => {
  const scene = await openScene(t);
  const event = await scene.ask();
  let kills = 0;
  for (let steps = 0; ; kills += 1) {
    const { isOver, length } = await scene.step(event, steps);
    if (isOver) break;
    steps = length;
    await scene.restart();
  }

  assert.ok(kills >= 3, `${kills} kills`);
  await scene.endsAsOne(event);
});

test('killed while it writes back, it ends the report, with one comment at most', async (t) => {
  const scene = await openScene(t);
  await registerWebhook(scene.stage, scene.stage.credentials.signingSecret);
  await scene.fault({
    id: 'late-tags',
    service: 'databricks',
    method: 'POST',
    path: '/**/model-versions/set-tag',
    when: { times: 1 },
    stage: 'after',
    do: { kind: 'delay', ms: 3000 },
  });
  const version = await stageByHand(scene.stage, names.oldStyleModel);
  await waitFor('the first tag', async () => {
    const { tags } = await scene.observer.modelVersion(names.oldStyleModel, version);
    return tags.length > 0 ? true : null;
  });
  await scene.restart();

  const delivery = await scene.observer.ended('old-style', version);
  const { tags } = await scene.observer.modelVersion(names.oldStyleModel, version);
  assert.equal(delivery.verdict, 'unproven');
  assert.equal(tags.find(({ key }) => key === 'signalbox.verdict')?.value, 'unproven');
  const comments = (await scene.observer.journal()).filter(({ path }) =>
    path.endsWith('/comments/create'),
  );
  assert.ok(comments.length <= 1, `${comments.length} comments`);
});

interface KillScene {
  readonly stage: Stage;
  readonly observer: Observer;
  /** Asks for the unit test of the integration branch; resolves to the event's id. */
  ask(): Promise<string>;
  /** `kill -9`, and a new process on the same store. */
  restart(): Promise<void>;
  /** Waits until the timeline is longer than that, or the delivery over. */
  step(event: string, than: number): Promise<{ isOver: boolean; length: number }>;
  fault(rule: unknown): Promise<void>;
  /** How many runs of the unit test pipeline there are. */
  builds(): Promise<number>;
  /** Asserts that one pipeline run and one Databricks run came of it, and that it is green. */
  endsAsOne(event: string): Promise<Delivery>;
}

async function openScene(t: TestContext): Promise<KillScene> {
  const stage = await openStage();
  t.after(() => stage[Symbol.asyncDispose]());
  await stage.startService();
  const observer = openObserver(stage);
  const vendor = openVendorApi(stage);

  async function builds(): Promise<number> {
    const path = `build/builds?definitions=${pipelines.unitTest}&api-version=7.1`;
    return Builds.parse(await vendor.azure(path)).value.length;
  }

  return {
    stage,
    observer,
    builds,
    async ask() {
      const response = await fetch(`${stage.serviceUrl}/api/manual/by-hand`, {
        method: 'POST',
        body: JSON.stringify({ name: 'unit-test', branch: 'integration' }),
      });
      return z.object({ event: z.string() }).parse(await response.json()).event;
    },
    async restart() {
      await stage.killService();
      await stage.startService();
    },
    step: (event, than) =>
      waitFor('the next step', async () => {
        const known = (await observer.events()).find(({ id }) => id === event);
        const { verdict, timeline } = known?.deliveries[0] ?? { verdict: null, timeline: [] };
        const isOver = verdict !== null;
        return isOver || timeline.length > than ? { isOver, length: timeline.length } : null;
      }),
    async fault(rule) {
      const response = await fetch(`${stage.sandbox.admin}/_sandbox/faults`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${stage.credentials.sandboxAdmin}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(rule),
      });
      assert.ok(response.ok, await response.text());
    },
    async endsAsOne(event) {
      const delivery = await observer.ended('unit-test-by-hand', '');
      assert.equal(delivery.event, event);
      assert.deepEqual([delivery.verdict, delivery.evidence.length], ['succeeded', 1]);
      assert.equal(await builds(), 1);
      const runs = await observer.databricksRuns();
      assert.equal(runs.length, 1);
      const submits = (await observer.journal()).filter(({ path }) =>
        path.endsWith('/jobs/runs/submit'),
      );
      assert.equal(submits.length, 1);
      return delivery;
    },
  };
}
