import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import type { Line } from '../demo/line.ts';
import { browseUrl, openObserver } from '../demo/observer.ts';
import { openStage, type Stage } from '../demo/stage.ts';
import { playStory } from '../demo/story.ts';

test('the story of the wine-quality model is played as told, and shows no secret', async (t) => {
  await using stage = await openStage();
  const lines: Line[] = [];

  await playStory(stage, (line) => lines.push(line));

  assert.deepEqual(
    lines.filter(({ agrees }) => !agrees),
    [],
  );
  assert.ok(lines.length >= 14, `${lines.length} lines`);
  await t.test('no secret and no token stands anywhere that a person can look', async () => {
    const places = [...(await answers(stage)), ...files(stage)];
    const found = places.flatMap(({ name, text }) =>
      secrets(stage)
        .filter(({ pattern }) => pattern.test(text))
        .map(({ what }) => `${what} in ${name}`),
    );
    assert.deepEqual(found, []);
    assert.ok(places.length > 20, `${places.length} places`);
  });
});

interface Place {
  readonly name: string;
  readonly text: string;
}

/** Everything that the service, the sandbox's pages and its journal answer. */
async function answers(stage: Stage): Promise<Place[]> {
  const events = await openObserver(stage).events();
  const deliveries = events.flatMap((event) => event.deliveries);
  const runs = deliveries.flatMap(({ run, evidence }) => (run ? [run, ...evidence] : evidence));
  const urls = [
    `${stage.serviceUrl}/`,
    `${stage.serviceUrl}/health`,
    `${stage.serviceUrl}/api/status`,
    `${stage.serviceUrl}/api/events?limit=500`,
    ...events.map(({ id }) => `${stage.serviceUrl}/api/events/${id}`),
    ...deliveries.map(({ id }) => `${stage.serviceUrl}/api/deliveries/${id}`),
    ...runs.map(({ url }) => browseUrl(stage, url)),
    `${stage.sandbox.admin}/_sandbox/journal`,
  ];
  const headers = { authorization: `Bearer ${stage.credentials.sandboxAdmin}` };
  return await Promise.all(
    urls.map(async (url) => {
      const isAdmin = url.includes('/_sandbox/');
      const response = await fetch(url, isAdmin ? { headers } : {});
      assert.equal(response.status, 200, url);
      return { name: url, text: await response.text() };
    }),
  );
}

/** The logs of both processes, and the bytes of the database. */
function files({ folder }: Stage): Place[] {
  const store = path.join(folder, 'service');
  const names = [
    path.join(folder, 'service.log'),
    path.join(folder, 'sandbox.log'),
    ...readdirSync(store).map((name) => path.join(store, name)),
  ];
  return names.map((name) => ({
    name: path.basename(name),
    text: readFileSync(name, 'latin1'),
  }));
}

function secrets({ credentials }: Stage) {
  const values = Object.entries<string>({ ...credentials }).flatMap(([what, value]) => [
    { what, pattern: literal(value) },
    { what: `${what} in base64`, pattern: literal(Buffer.from(value).toString('base64')) },
    { what: `${what} in a URL`, pattern: literal(encodeURIComponent(value)) },
  ]);
  return [...values, { what: 'an access token', pattern: /eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/ }];
}

function literal(text: string): RegExp {
  return new RegExp(RegExp.escape(text));
}
