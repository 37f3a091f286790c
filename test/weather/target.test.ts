import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createGzip } from 'node:zlib';

import { createAuthority } from '../../sandbox/kit/certificates.ts';
import { type AzureStandIn, type Badly, openAzureStandIn } from './azure-stand-in.ts';
import { openWeather, type Weather } from './open-weather.ts';

const SETTLE_MS = 75_000;
/** Where a call is meant to run out of time, it may do so soon. */
const IMPATIENT = { call_timeout: '250ms' };

test('a target that never answers a start: uncertain, looked for, and started once', async (t) => {
  await isFoundAfter(t, () => undefined, /no clear answer: no answer from 127\.0\.0\.1/);
});

test('a target that answers one byte after the other: the same, when the call has taken too long', async (t) => {
  await isFoundAfter(t, drip, /no clear answer: no answer from 127\.0\.0\.1/);
});

test('a target that breaks the connection off in the middle of its answer: the same', async (t) => {
  await isFoundAfter(t, breakOff, /no clear answer: no answer from 127\.0\.0\.1/);
});

test('a target that closes its half in the middle of its answer: the same', async (t) => {
  await isFoundAfter(t, closeHalf, /no clear answer: no answer from 127\.0\.0\.1/);
});

test('a target that answers ten gigabytes: read to sixteen megabytes, and looked for', async (t) => {
  const sent = { bytes: 0 };
  await isFoundAfter(
    t,
    endless(sent),
    /no clear answer: .* sent an answer that we cannot read/,
    {},
  );
  assert.ok(sent.bytes < 64 * 1024 * 1024, `${sent.bytes} bytes were taken`);
});

test('ten gigabytes that are packed into few: the same', async (t) => {
  const sent = { bytes: 0 };
  await isFoundAfter(t, packed(sent), /no clear answer: .* sent an answer that we cannot read/, {});
  // What the network holds on the way is packed a thousand to one.
  assert.ok(sent.bytes < TEN_GIGABYTES / 2, `${sent.bytes} bytes were taken`);
});

test('a look that goes wrong in any of these ways is made again, and the run seen to its end', async (t) => {
  for (const look of [() => undefined, drip, breakOff, closeHalf, endless({ bytes: 0 })]) {
    const azure = await openAzureStandIn(t);
    const weather = await openWeather(t, {
      targets: { azure: azure.organization },
      engine: IMPATIENT,
    });
    azure.bad.look = look;
    const event = await weather.ask('azure');
    await weather.app.worker.tick();
    const blind = await weather.delivery(event);
    assert.equal(blind.phase, 'running');
    assert.match(blind.reason, /^cannot be seen just now: /);

    azure.bad.look = null;
    await settled(weather, event, 10_000);
    assert.equal((await weather.delivery(event)).verdict, 'succeeded');
    assert.equal(azure.started.length, 1);
  }
});

test('while one target does not answer, the runs of another start, and end', async (t) => {
  const silent = await openAzureStandIn(t);
  const well = await openAzureStandIn(t);
  const targets = { silent: silent.organization, well: well.organization };
  const weather = await openWeather(t, { targets });
  const asked = Promise.withResolvers<void>();
  silent.bad.start = () => asked.resolve();
  // More than are handled at the same time.
  for (let count = 0; count < 40; count += 1) await weather.ask('silent');
  const running = weather.app.worker.run();
  await asked.promise;

  const event = await weather.ask('well');
  await untilEnded(weather, event);

  assert.equal((await weather.delivery(event)).verdict, 'succeeded');
  await weather.app.worker.close();
  await running;
});

test('a name that is not known: waits, says which, and is tried again', async (t) => {
  const targets = { nowhere: 'https://dev.azure.invalid/contoso' };
  const weather = await openWeather(t, { targets });
  const event = await weather.ask('nowhere');
  await weather.app.worker.tick();

  const { phase, reason } = await weather.delivery(event);
  assert.equal(phase, 'waiting');
  assert.match(
    reason,
    /dev\.azure\.invalid cannot be reached: \w+ \(Is the name dev\.azure\.invalid right/,
  );
});

test('a port that takes connections and says nothing, where TLS should begin: looked for', async (t) => {
  const port = await openSilentPort(t);
  const targets = { stalled: `https://127.0.0.1:${port}/contoso` };
  const weather = await openWeather(t, { targets, engine: IMPATIENT });
  const event = await weather.ask('stalled');
  await weather.app.worker.tick();

  const { phase, reason } = await weather.delivery(event);
  assert.equal(phase, 'uncertain');
  assert.match(reason, /no answer from 127\.0\.0\.1/);
});

test('a certificate that is not to be trusted: a dead letter at once, with what to do', async (t) => {
  const port = await openUntrustedPort(t);
  const weather = await openWeather(t, { targets: { spoof: `https://localhost:${port}/contoso` } });
  const event = await weather.ask('spoof');
  await weather.app.worker.tick();

  const { phase, verdict, reason } = await weather.delivery(event);
  assert.deepEqual([phase, verdict], ['dead', 'failed']);
  assert.match(reason, /certificate of localhost:\d+ is not to be trusted: .*NODE_EXTRA_CA_CERTS/);
});

/** Starts a run that is answered like this, and sees that it is found, and ends as the only one. */
async function isFoundAfter(
  t: TestContext,
  badly: Badly,
  says: RegExp,
  engine: Readonly<Record<string, string>> = IMPATIENT,
): Promise<void> {
  const azure: AzureStandIn = await openAzureStandIn(t);
  const weather = await openWeather(t, {
    targets: { azure: azure.organization },
    engine,
  });
  azure.bad.start = badly;
  const event = await weather.ask('azure');
  await weather.app.worker.tick();
  const doubtful = await weather.delivery(event);
  assert.equal(doubtful.phase, 'uncertain');
  assert.match(doubtful.reason, says);

  azure.bad.start = null;
  await settled(weather, event, SETTLE_MS);
  const { verdict } = await weather.delivery(event);
  assert.equal(verdict, 'succeeded');
  assert.equal(azure.started.length, 1);
}

/** Goes on by so much at a time until it has ended. */
async function settled(weather: Weather, event: string, ms: number): Promise<void> {
  for (let times = 0; times < 100; times += 1) {
    if ((await weather.delivery(event)).verdict) return;
    weather.later(ms);
    await weather.app.worker.tick();
  }
}

/** A worker that runs by itself. */
async function untilEnded(weather: Weather, event: string): Promise<void> {
  for (;;) {
    if ((await weather.delivery(event)).verdict) return;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };

const drip: Badly = (_request, response) => {
  response.writeHead(200, JSON_TYPE).write('{');
  const more = setInterval(() => response.write(' '), 50);
  response.on('close', () => clearInterval(more));
};

const breakOff: Badly = (_request, response) => {
  response.writeHead(200, JSON_TYPE).write('{"id":', () => response.socket?.resetAndDestroy());
};

const closeHalf: Badly = (_request, response) => {
  response.writeHead(200, { ...JSON_TYPE, 'content-length': '4000' });
  response.write('{"id":', () => response.socket?.end());
};

const CHUNK = Buffer.alloc(1024 * 1024, ' ');
const TEN_GIGABYTES = 10 * 1024 ** 3;

function endless(sent: { bytes: number }): Badly {
  return (_request, response) => {
    response.writeHead(200, JSON_TYPE).write('{');
    function more(): void {
      while (!response.closed && sent.bytes < TEN_GIGABYTES) {
        sent.bytes += CHUNK.length;
        if (!response.write(CHUNK)) return void response.once('drain', more);
      }
      response.end();
    }
    more();
  };
}

function packed(sent: { bytes: number }): Badly {
  return (_request, response) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' });
    const gzip = createGzip({ level: 1 });
    gzip.pipe(response);
    response.on('close', () => gzip.destroy());
    function more(): void {
      while (!gzip.destroyed && sent.bytes < TEN_GIGABYTES) {
        sent.bytes += CHUNK.length;
        if (!gzip.write(CHUNK)) return void gzip.once('drain', more);
      }
      gzip.end();
    }
    gzip.on('error', () => undefined);
    more();
  };
}

async function openSilentPort(t: TestContext): Promise<number> {
  return await listening(
    t,
    createServer((socket) => void socket.on('error', () => undefined)),
  );
}

async function openUntrustedPort(t: TestContext): Promise<number> {
  const { createServer: createTlsServer } = await import('node:tls');
  const authority = createAuthority(['localhost']);
  const server = createTlsServer({
    SNICallback: (_name, done) => done(null, authority.contextFor('localhost')),
  });
  return await listening(t, server);
}

async function listening(t: TestContext, server: ReturnType<typeof createServer>): Promise<number> {
  const sockets = new Set<{ destroy(): unknown }>();
  server.on('connection', (socket) => void sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
