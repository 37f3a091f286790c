import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';

import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { type Browser, chromium, type Page } from 'playwright-core';

import { pages } from '../src/http/pages.ts';
import { listen, type Server } from '../src/http/server.ts';
import type { EventView, StatusView } from '../src/http/views.ts';
import { buildWeb } from '../tools/build-web.ts';
import { aDelivery, anEvent, aRun, aStatus } from '../web/src/sample-views.ts';

const executable = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const skip = existsSync(executable) ? false : 'no browser on this machine';
const DEADLINE_MS = 5000;
const HOSTILE =
  '"><script>document.title="owned"</script><img src=x onerror=document.title="owned">';

let browser: Browser | undefined;

before(async () => {
  if (skip) return;
  await buildWeb();
  browser = await chromium.launch({
    executablePath: executable,
    args: ['--no-sandbox', '--disable-gpu'],
  });
});

after(async () => {
  await browser?.close();
});

test('hostile names are inert text, and the page keeps to its policy', { skip }, async () => {
  await using service = await fixture({
    events: [
      anEvent({
        model: HOSTILE,
        fields: { to_stage: HOSTILE, text: HOSTILE },
        deliveries: [
          aDelivery({
            rule: HOSTILE,
            reason: HOSTILE,
            verdict: 'failed',
            phase: 'ended',
            run: aRun({
              id: HOSTILE,
              url: 'javascript:document.title="owned"',
              status: 'failed',
              parts: [{ name: HOSTILE, status: 'failed', reason: HOSTILE, error: HOSTILE }],
            }),
          }),
        ],
      }),
    ],
  });
  const { page, complaints } = await open(service);

  await page.getByRole('heading', { level: 3, name: HOSTILE }).waitFor();

  assert.equal(await page.locator('#board script, #board img').count(), 0);
  assert.equal(await page.locator('pre').first().textContent(), HOSTILE);
  assert.equal(await page.locator('a[href^="javascript"]').count(), 0);
  assert.equal(await page.title(), 'Signalbox');
  assert.deepEqual(complaints, []);
  await page.close();
});

test('a run of the sandbox is opened at its mirror', { skip }, async () => {
  await using service = await fixture({
    status: aStatus({ browse: 'http://127.0.0.1:4402' }),
    events: [anEvent({ deliveries: [aDelivery({ phase: 'running', run: aRun() })] })],
  });
  const { page } = await open(service);

  const link = page.getByRole('link', { name: 'Pipeline run 12' }).first();

  assert.equal(
    await link.getAttribute('href'),
    'http://127.0.0.1:4402/dev.azure.com/contoso/MLFlowHooks/_build/results?buildId=12',
  );
  assert.equal(await link.getAttribute('rel'), 'noreferrer');
  await page.close();
});

test('a change arrives without a reload, and is read out', { skip }, async () => {
  await using service = await fixture({
    events: [anEvent({ deliveries: [aDelivery({ phase: 'running', run: aRun() })] })],
  });
  const { page, complaints } = await open(service);
  const badge = page.locator('.badge');
  await badge.getByText('Running').waitFor();

  service.put(anEvent({ deliveries: [aDelivery({ phase: 'ended', verdict: 'unproven' })] }));
  await badge.getByText('Unproven').waitFor();
  service.put(anEvent({ id: 'evt_2', version: '4', received_at: '2026-11-23T15:00:00.000Z' }));
  await page.getByRole('status').getByText('New event: wine-quality version 4').waitFor();

  assert.match(await page.getByRole('heading', { level: 3 }).nth(2).innerText(), /version 4/);
  assert.deepEqual(complaints, []);
  await page.close();
});

test('a request by hand is posted with the name that its rule asks for', { skip }, async () => {
  await using service = await fixture({ status: aStatus({ rules: [byHand] }), events: [] });
  const { page, complaints } = await open(service);

  await page.getByText('Nothing has happened yet').waitFor();
  await page.getByRole('textbox', { name: 'Branch' }).fill('dev-nick');
  await page.getByRole('textbox', { name: 'Branch' }).press('Enter');
  await page.getByText('unit-test was requested by hand for branch dev-nick').first().waitFor();

  assert.equal(service.posted.length, 1);
  assert.partialDeepStrictEqual(service.posted, [
    { source: 'manual', name: 'unit-test', branch: 'dev-nick' },
  ]);
  assert.deepEqual(complaints, []);
  await page.close();
});

test('a lost connection is told, and what was missed is there when it is back', {
  skip,
}, async () => {
  await using service = await fixture({ events: [anEvent()] });
  const { page } = await open(service);
  await page.getByText('Live', { exact: true }).waitFor();

  service.hangUp();
  await page.getByText('Nothing on this page is newer').waitFor();
  service.put(anEvent({ id: 'evt_2', version: '4', received_at: '2026-11-23T15:00:00.000Z' }));
  service.pickUp();
  await page.getByRole('button', { name: 'Try now' }).click();

  await page.getByText('Live', { exact: true }).waitFor();
  await page.locator('#evt_2').waitFor();
  await page.close();
});

test('a link to a delivery leads there, and at 360 pixels nothing is cut off', {
  skip,
}, async () => {
  const long = 'a-name-without-an-end-'.repeat(12);
  await using service = await fixture({
    events: [
      ...Array.from({ length: 9 }, (_, index) => anEvent({ id: `evt_${index}`, version: '9' })),
      anEvent({
        id: 'evt_old',
        model: long,
        received_at: '2026-11-22T15:00:00.000Z',
        deliveries: [aDelivery({ id: 'dlv_old', rule: long, run: aRun({ id: long }) })],
      }),
    ],
  });
  const { page } = await open(service, { width: 360, at: '#dlv_old' });

  await page.locator('#dlv_old:focus').waitFor();

  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360);
  await page.close();
});

test('a dead letter is replayed from the keyboard, after a look at the request that will be sent', {
  skip,
}, async () => {
  await using service = await fixture({ events: [anEvent({ deliveries: [dead] })] });
  const { page, complaints } = await open(service);
  await page.getByText('A dead letter: it stays').waitFor();

  await page.getByRole('button', { name: 'Replay…' }).press('Enter');
  await page.getByText('Attempt 2 would start at devops').waitFor();
  const request = page.getByRole('group', { name: 'The request that would be sent' });
  assert.match((await request.textContent()) ?? '', /<img src=x/);
  await page.getByRole('textbox', { name: 'Your name' }).fill('nick');
  await page.getByRole('textbox', { name: 'Why' }).fill('the pipeline is there now');
  await page.getByRole('textbox', { name: 'Why' }).press('Enter');
  await page.getByText('Replayed: attempt 2 starts.').waitFor();

  assert.deepEqual(service.posted, [
    {
      deliveries: [{ id: 'dlv_1', attempt: 1 }],
      judged: 'then',
      even_lost: false,
      by: 'nick',
      why: 'the pipeline is there now',
    },
  ]);
  const focused = page.locator(':focus');
  assert.equal(await focused.textContent(), 'Replay…', 'back where it came from');
  assert.equal(await page.locator('.remedy img').count(), 0);
  assert.deepEqual(complaints, []);
  await page.close();
});

test('a lost one is replayed only by who says that its run is not going on', { skip }, async () => {
  const lost = aDelivery({ phase: 'ended', verdict: 'lost', remedies: ['replay_lost'] });
  await using service = await fixture({ events: [anEvent({ deliveries: [lost] })] });
  const { page } = await open(service);
  await page.getByRole('button', { name: 'Replay…' }).click();
  await page.getByText('Attempt 2 would start').waitFor();
  const replay = page.getByRole('button', { name: 'Replay', exact: true });

  await replay.click({ force: true });
  assert.deepEqual(service.posted, []);
  await page.getByRole('checkbox', { name: /its run is not going on/ }).check();
  await page.locator('button[type=submit][aria-disabled=false]').waitFor();
  await replay.click();
  await page.getByText('Replayed: attempt 2 starts.').waitFor();

  assert.partialDeepStrictEqual(service.posted, [{ even_lost: true }]);
  await page.close();
});

test('cancel and dismiss ask first, and Escape leaves all as it is', { skip }, async () => {
  const running = aDelivery({ id: 'dlv_2', phase: 'running', run: aRun(), remedies: ['cancel'] });
  await using service = await fixture({ events: [anEvent({ deliveries: [dead, running] })] });
  const { page, complaints } = await open(service);

  await page.getByRole('button', { name: 'Cancel…' }).click();
  await page.getByText('The verdict is how it really ends').waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('button', { name: 'Cancel it' }).count(), 0);
  await page.getByRole('button', { name: 'Cancel…' }).click();
  await page.getByRole('button', { name: 'Cancel it' }).click();
  await page.getByText('Asked for: the verdict is how its run really ends.').waitFor();
  await page.getByRole('button', { name: 'Dismiss…' }).click();
  await page.getByRole('button', { name: 'Dismiss', exact: true }).click();
  await page.getByText('Dismissed.', { exact: true }).waitFor();

  assert.deepEqual(service.posted, [
    { id: 'dlv_2', verb: 'cancel', attempt: 1, by: '', why: '' },
    { id: 'dlv_1', verb: 'dismiss', by: '', why: '' },
  ]);
  assert.deepEqual(complaints, []);
  await page.close();
});

test('all dead letters are counted, and brought however old they are', { skip }, async () => {
  await using service = await fixture({
    status: aStatus({ dead_letters: 2 }),
    events: [anEvent({ deliveries: [dead] }), anEvent({ id: 'evt_3', version: '9' })],
    unlisted: [
      anEvent({ id: 'evt_old', deliveries: [{ ...dead, id: 'dlv_old', event: 'evt_old' }] }),
    ],
  });
  const { page } = await open(service);

  await page.getByRole('button', { name: 'Dead letters 2' }).click();
  await page.locator('#dlv_old').waitFor();

  assert.equal(await page.locator('article').count(), 2);
  assert.match(await page.locator('.counts').innerText(), /2\s*dead letters|dead letters\s*2/i);
  await page.close();
});

const dead = aDelivery({
  phase: 'dead',
  verdict: 'failed',
  reason: 'there is no pipeline 3',
  remedies: ['replay', 'dismiss'],
  advice: 'Put right what the reason says; then replay it.',
});

const byHand = {
  name: 'unit-test-by-hand',
  on: ['manual.requested'],
  when: 'event.name == "unit-test"',
  target: 'devops',
  require: null,
  report: [],
};

interface Opened {
  readonly page: Page;
  /** Violations of the policy, and whatever the console calls an error. */
  readonly complaints: readonly string[];
}

async function open(service: Fixture, { width = 1280, at = '' } = {}): Promise<Opened> {
  assert.ok(browser);
  const complaints: string[] = [];
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  page.setDefaultTimeout(DEADLINE_MS);
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${service.url}/${at}`);
  await page.getByText('Live', { exact: true }).waitFor();
  return { page, complaints };
}

interface Fixture extends AsyncDisposable {
  readonly url: string;
  readonly posted: readonly unknown[];
  /** Stores an event, and tells of it. */
  put(event: EventView): void;
  /** Ends all streams, and answers nothing, until picked up. */
  hangUp(): void;
  pickUp(): void;
}

interface Content {
  readonly events: readonly EventView[];
  /** Older than what a list gives. */
  readonly unlisted?: readonly EventView[];
  readonly status?: StatusView;
}

function aPreview(judged: string) {
  const request = { pipeline: 3, parameters: { model_name: HOSTILE } };
  return { attempt: 1, target: 'devops', judged, request, differs: '', refused: null };
}

/** The pages as they are served, over an API that answers what the test says. */
async function fixture({ events, unlisted = [], status = aStatus() }: Content): Promise<Fixture> {
  const known = new Map(events.map((event) => [event.id, event]));
  const streams = new Set<{ readonly tell: (id: string) => void; readonly end: () => void }>();
  const posted: unknown[] = [];
  let isUp = true;
  const put = (event: EventView) => {
    known.set(event.id, event);
    for (const stream of streams) stream.tell(event.id);
  };

  const api = new Hono()
    .use(async (c, next) => (isUp ? await next() : c.json({ error: 'away' }, 503)))
    .get('/events', (c) => c.json({ events: [...known.values()] }))
    .get('/events/:id', (c) => {
      const id = c.req.param('id');
      return c.json(known.get(id) ?? unlisted.find((one) => one.id === id));
    })
    .get('/deliveries', (c) => {
      const all = [...known.values(), ...unlisted].flatMap((event) => event.deliveries);
      return c.json({ deliveries: all.filter(({ phase }) => phase === 'dead'), next: null });
    })
    .post('/deliveries/replay', async (c) => {
      const body = await c.req.json<{ preview?: boolean; judged: string }>();
      if (body.preview === true) return c.json({ replays: [aPreview(body.judged)] });
      posted.push(body);
      return c.json({ results: [{ delivery: 'dlv_1', result: 'replayed', attempt: 2 }] });
    })
    .post('/deliveries/:id/:verb{cancel|dismiss}', async (c) => {
      const { id, verb } = c.req.param();
      posted.push({ id, verb, ...(await c.req.json<object>()) });
      return c.json({ answer: verb === 'cancel' ? 'asked' : 'dismissed' });
    })
    .get('/deliveries/:id', (c) => {
      const all = [...known.values()].flatMap((one) =>
        one.deliveries.map(({ id }) => [id, one.id]),
      );
      const [, event] = all.find(([id]) => id === c.req.param('id')) ?? [];
      return c.json({ event });
    })
    .get('/status', (c) => c.json(status))
    .get('/stream', (c) =>
      streamSSE(c, async (stream) => {
        const ended = Promise.withResolvers<void>();
        const tell = (event: string) =>
          void stream.writeSSE({ event: 'change', data: JSON.stringify({ event }) });
        const one = { tell, end: ended.resolve };
        streams.add(one);
        stream.onAbort(ended.resolve);
        await stream.writeSSE({ event: 'open', data: '{}' });
        await ended.promise;
        streams.delete(one);
      }),
    )
    .post('/manual/:source', async (c) => {
      const body = await c.req.json<{ name: string; branch: string }>();
      posted.push({ source: c.req.param('source'), ...body });
      const fields = { name: body.name, branch: body.branch };
      put(anEvent({ id: 'evt_hand', type: 'manual.requested', model: '', version: '', fields }));
      return c.json({ event: 'evt_hand' }, 202);
    });
  const dist = path.resolve(import.meta.dirname, '../web/dist');
  const app = new Hono().route('/api', api).route('/', pages(dist));
  const server: Server = await listen({ routes: app }, { host: '127.0.0.1', port: 0 });
  const hangUp = () => {
    isUp = false;
    for (const stream of streams) stream.end();
  };
  return {
    url: server.url,
    posted,
    put,
    hangUp,
    pickUp: () => {
      isUp = true;
    },
    async [Symbol.asyncDispose]() {
      hangUp();
      await server[Symbol.asyncDispose]();
    },
  };
}
