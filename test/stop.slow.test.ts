import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';

import { z } from 'zod';

import { Builds } from '../demo/answers.ts';
import { cloneRepository } from '../demo/git.ts';
import { type StartedProcess, startProcess } from '../demo/process.ts';
import { openStage, type Stage } from '../demo/stage.ts';
import { openVendorApi } from '../demo/vendor-api.ts';
import { waitFor } from '../demo/wait-for.ts';
import { exampleFolder, pipelines } from '../demo/wine-quality.ts';
import { Secret } from '../src/lib/secret.ts';
import { migratePostgres } from '../src/store/postgres-schema.ts';
import { openTestPostgres } from '../src/store/test-postgres.ts';

const MAIN = path.join(import.meta.dirname, '../src/main.ts');
const BRANCH = 'quick';

test('asked to stop, it says so, hears its calls out, and the next process follows their runs', async (t) => {
  const scene = await openScene(t);
  const first = await scene.start('one');
  await scene.slowStarts();
  const event = await scene.ask(first);
  await scene.underWay();

  const stopped = first.stop();
  await waitFor('503 on /ready', async () => ((await first.get('/ready')) === 503 ? true : null));
  await stopped;

  const second = await scene.start('one');
  const delivery = await scene.ended(second, event);
  assert.deepEqual(delivery, { verdict: 'succeeded', attempt: 1, wasUnsure: false });
  assert.equal((await scene.builds()).length, 1);
});

test('told twice to stop, it stops in the middle of a call, and no second run is started for it', async (t) => {
  const scene = await openScene(t);
  const first = await scene.start('one');
  await scene.slowStarts();
  const event = await scene.ask(first);
  await scene.underWay();

  const stopped = first.stop();
  await waitFor('503 on /ready', async () => ((await first.get('/ready')) === 503 ? true : null));
  await first.stop();
  await stopped;

  const second = await scene.start('one');
  const delivery = await scene.ended(second, event);
  assert.deepEqual(delivery, { verdict: 'succeeded', attempt: 1, wasUnsure: true });
  assert.equal((await scene.builds()).length, 1);
});

const server = await openTestPostgres();

test('of two replicas the one that stays takes over what the other gives back, each run once', {
  skip: server.kind === 'missing' ? server.because : false,
}, async (t) => {
  assert(server.kind === 'there');
  t.after(() => server.close());
  await migratePostgres({ url: new Secret(server.url) });
  const scene = await openScene(t, server.url);
  const [leaving, staying] = [await scene.start('one'), await scene.start('two')];
  const events = await Promise.all(
    Array.from({ length: 8 }, (_, index) => scene.ask(index % 2 === 0 ? leaving : staying)),
  );
  await scene.underWay();

  await leaving.stop();

  for (const event of events) {
    const { verdict, attempt } = await scene.ended(staying, event);
    assert.deepEqual([verdict, attempt], ['succeeded', 1]);
  }
  assert.equal((await scene.builds()).length, events.length);
});

interface Replica {
  readonly url: string;
  /** SIGTERM; resolves when it has ended. */
  stop(): Promise<void>;
  /** The status of an answer; null: there is none. */
  get(path: string): Promise<number | null>;
}

async function openScene(t: TestContext, postgres?: string) {
  const stage = await openStage();
  const started: StartedProcess[] = [];
  t.after(async () => {
    for (const one of started) await one.kill();
    await stage[Symbol.asyncDispose]();
  });
  await pushPipeline(stage);
  const config = path.join(stage.folder, 'signalbox.yaml');
  writeFileSync(config, configFor(postgres !== undefined));

  async function start(name: string): Promise<Replica> {
    const one = await startProcess({
      args: [
        MAIN,
        'serve',
        `--config=${config}`,
        `--data=${path.join(stage.folder, name)}`,
        '--listen=127.0.0.1:0',
        '--set=engine.settle=2s',
        '--set=engine.poll=250ms',
      ],
      env: {
        ...stage.environment,
        SP_CREDENTIAL: stage.credentials.spCredential,
        SIGNALBOX_SIGNING_SECRET: stage.credentials.signingSecret,
        SIGNALBOX_POSTGRES: postgres ?? '',
      },
      logFile: path.join(stage.folder, `${name}.log`),
      readyOn: 'stderr',
      readyPattern: /listens on http/,
    });
    started.push(one);
    const url = /http\S+/.exec(one.ready)?.[0] ?? '';
    return {
      url,
      stop: () => one.stop(),
      get: async (place) => (await fetch(`${url}${place}`).catch(() => null))?.status ?? null,
    };
  }

  async function builds() {
    const all = `build/builds?definitions=${pipelines.unitTest}&api-version=7.1`;
    return Builds.parse(await openVendorApi(stage).azure(all)).value;
  }

  return {
    start,
    builds,
    underWay: () =>
      waitFor('a run in Azure DevOps', async () => ((await builds()).length > 0 ? true : null)),
    /** The run is started, and the answer takes its time. */
    slowStarts: () => fault(stage),
    async ask({ url }: Replica): Promise<string> {
      const response = await fetch(`${url}/api/manual/by-hand`, {
        method: 'POST',
        body: JSON.stringify({ name: 'unit-test', branch: BRANCH }),
      });
      return z.object({ event: z.string() }).parse(await response.json()).event;
    },
    ended: ({ url }: Replica, event: string) =>
      waitFor('a verdict', async () => {
        const answer: unknown = await (await fetch(`${url}/api/events/${event}`)).json();
        const [delivery] = Event.parse(answer).deliveries;
        if (!delivery || delivery.verdict === null) return null;
        const { verdict, attempt, timeline } = delivery;
        return { verdict, attempt, wasUnsure: timeline.some(({ phase }) => phase === 'uncertain') };
      }),
  };
}

const Event = z.object({
  deliveries: z.array(
    z.object({
      verdict: z.string().nullable(),
      attempt: z.number(),
      timeline: z.array(z.object({ phase: z.string() })),
    }),
  ),
});

/** The example's, but that a request by hand needs no evidence, and waits for no other. */
function configFor(isPostgres: boolean): string {
  const text = readFileSync(path.join(exampleFolder, 'signalbox.yaml'), 'utf8');
  const changed = text.replace(
    /( {6}branch: \$\{\{ event\.branch \}\}\n).*\n.*require: databricks_run\n/,
    '$1',
  );
  assert.notEqual(changed, text);
  return isPostgres ? `${changed}\nstore:\n  postgres: \${env:SIGNALBOX_POSTGRES}\n` : changed;
}

async function pushPipeline(stage: Stage): Promise<void> {
  const clone = await cloneRepository(stage);
  await clone.git('switch', '--quiet', '--create', BRANCH);
  const text = `trigger: none
parameters:
  - { name: signalbox_key, type: string, default: '' }
steps:
  - bash: sleep 1
`;
  writeFileSync(path.join(stage.folder, 'nick', 'pipelines/unit_test.yml'), text);
  await clone.push(BRANCH, 'A quick pipeline [skip ci]');
}

async function fault({ sandbox, credentials }: Stage): Promise<void> {
  const response = await fetch(`${sandbox.admin}/_sandbox/faults`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${credentials.sandboxAdmin}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      id: 'slow-start',
      service: 'azure-devops',
      method: 'POST',
      path: '/**/pipelines/*/runs',
      when: { times: 1 },
      stage: 'after',
      do: { kind: 'delay', ms: 3000 },
    }),
  });
  assert.ok(response.ok, await response.text());
}
