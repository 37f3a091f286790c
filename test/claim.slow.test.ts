import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { z } from 'zod';

import { Builds } from '../demo/answers.ts';
import { cloneRepository } from '../demo/git.ts';
import { openStage, type Stage } from '../demo/stage.ts';
import { openVendorApi } from '../demo/vendor-api.ts';
import { waitFor } from '../demo/wait-for.ts';
import { pipelines } from '../demo/wine-quality.ts';
import { runCli } from '../src/cli/cli.ts';

const MAIN = path.join(import.meta.dirname, '../src/main.ts');
const BRANCH = 'fenced';

test('a run that surfaces late loses the key to the one that was started after it, and does nothing', async () => {
  await using stage = await openStage();
  await stage.startService();
  await pushPipeline(stage);
  // The first start is cut off, and its run surfaces long after we have looked for it.
  await fault(stage, {
    id: 'late-run',
    service: 'azure-devops',
    method: 'POST',
    path: '/**/pipelines/*/runs',
    when: { times: 1 },
    do: { kind: 'late', ms: 5000 },
  });
  const event = await askByHand(stage);

  const [first, late] = await waitFor('two runs that are over', async () => {
    const runs = (await builds(stage)).toSorted((a, b) => a.id - b.id);
    return runs.length === 2 && runs.every(({ status }) => status === 'completed') ? runs : null;
  });
  assert(first && late);
  const logs = { first: await logOf(stage, first.id), late: await logOf(stage, late.id) };

  assert.deepEqual([first.result, late.result], ['succeeded', 'failed'], logs.first + logs.late);
  assert.match(logs.first, /the one effect/);
  assert.match(logs.late, new RegExp(`stops here: run ${first.id} was first`));
  assert.doesNotMatch(logs.late, /^.*the one effect$/m);
  const delivery = await deliveryOf(stage, event);
  assert.equal(delivery.run?.id, String(first.id));
  assert(delivery.timeline.some(({ reason }) => reason.includes('has claimed its key')));
});

test('a run that nobody of us has started has no key, and goes on', async (t) => {
  const said = t.mock.method(console, 'error', () => undefined);

  assert.equal(await runCli(['claim', '--key', '', '--run', '41']), 0);

  assert.match(String(said.mock.calls[0]?.arguments[0]), /not started by Signalbox/);
});

test('what is no key, as a variable that was never set, is refused and not let through', async (t) => {
  t.mock.method(console, 'error', () => undefined);

  assert.equal(await runCli(['claim', '--key', '$(signalbox_key)', '--run', '41']), 2);
});

/** A pipeline whose first step is ours; whatever comes after it must happen once. */
async function pushPipeline(stage: Stage): Promise<void> {
  const clone = await cloneRepository(stage);
  await clone.git('switch', '--quiet', '--create', BRANCH);
  const file = path.join(stage.folder, 'nick', 'pipelines/unit_test.yml');
  const parameters = /parameters:[\s\S]*?(?=\n\S)/.exec(readFileSync(file, 'utf8'))?.[0] ?? '';
  writeFileSync(
    file,
    `trigger: none
${parameters}
steps:
  - bash: "'${process.execPath}' '${MAIN}' claim --service ${stage.serviceUrl}"
    displayName: Let only one run of this start go on
    env:
      SIGNALBOX_KEY: \${{ parameters.signalbox_key }}
  - bash: echo the one effect
`,
  );
  await clone.push(BRANCH, 'A pipeline with a fence [skip ci]');
}

async function fault({ sandbox, credentials }: Stage, rule: unknown): Promise<void> {
  const response = await fetch(`${sandbox.admin}/_sandbox/faults`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${credentials.sandboxAdmin}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(rule),
  });
  assert.ok(response.ok, await response.text());
}

async function askByHand({ serviceUrl }: Stage): Promise<string> {
  const response = await fetch(`${serviceUrl}/api/manual/by-hand`, {
    method: 'POST',
    body: JSON.stringify({ name: 'unit-test', branch: BRANCH }),
  });
  return z.object({ event: z.string() }).parse(await response.json()).event;
}

async function builds(stage: Stage) {
  const all = `build/builds?definitions=${pipelines.unitTest}&api-version=7.1`;
  return Builds.parse(await openVendorApi(stage).azure(all)).value;
}

async function logOf(stage: Stage, build: number): Promise<string> {
  const vendor = openVendorApi(stage);
  const Logs = z.object({ value: z.array(z.object({ id: z.number() })) });
  const Lines = z.object({ value: z.array(z.string()) });
  const { value } = Logs.parse(await vendor.azure(`build/builds/${build}/logs?api-version=7.1`));
  const lines = await Promise.all(
    value.map(async ({ id }) =>
      Lines.parse(await vendor.azure(`build/builds/${build}/logs/${id}?api-version=7.1`)),
    ),
  );
  return lines.flatMap((log) => log.value).join('\n');
}

const Event = z.object({
  deliveries: z.array(
    z.object({
      run: z.object({ id: z.string() }).nullable(),
      timeline: z.array(z.object({ reason: z.string() })),
    }),
  ),
});

async function deliveryOf({ serviceUrl }: Stage, event: string) {
  const answer: unknown = await (await fetch(`${serviceUrl}/api/events/${event}`)).json();
  const [delivery] = Event.parse(answer).deliveries;
  assert(delivery);
  return delivery;
}
