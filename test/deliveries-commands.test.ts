import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';

import { runCli } from '../src/cli/cli.ts';
import { openService, type TestService } from './service.ts';

test('on call: the dead letters are listed with what to do, and one command replays them', async (t) => {
  const scene = await openScene(t);
  await scene.deadLetter('one');
  await scene.deadLetter('two');

  const list = await scene.run('list', '--dead');
  const dryRun = await scene.run('replay', '--dead', '--since', '2d', '--dry-run');
  assert.match(list.out, /failed, dead.*unit-test-by-hand/);
  assert.match(list.out, /no pipeline 1\n {4}Put right what the reason says; then replay it/);
  assert.match(dryRun.out, /would start attempt 2 at devops, the request of then: \{"pipeline":1/);
  assert.match((await scene.run('list', '--dead')).out, /dead/, 'a look changes nothing');

  const unasked = await scene.run('replay', '--dead');
  const replayed = await scene.run('replay', '--dead', '--yes', '--by', 'nick');
  const again = await scene.run('replay', '--dead', '--yes');

  assert.equal(unasked.code, 2);
  assert.match(unasked.err, /nobody has agreed to replay 2/);
  assert.equal(replayed.code, 0);
  assert.equal(replayed.out.match(/attempt 2 will start/g)?.length, 2);
  assert.deepEqual([again.code, again.out], [0, '']);
});

test('a delivery by its id is replayed at once, and what cannot be is told with exit code 1', async (t) => {
  const scene = await openScene(t);
  const id = await scene.deadLetter('one');

  const replayed = await scene.run('replay', id);
  const underWay = await scene.run('replay', id);

  assert.deepEqual([replayed.code, underWay.code], [0, 1]);
  assert.match(underWay.err, /not replayed: it is still under way/);
  assert.match((await scene.run('show', id)).out, /attempt 1: failed {2}no run/);
});

test('cancel and dismiss say what they did, and what is hostile does not reach the terminal', async (t) => {
  const scene = await openScene(t);
  const dead = await scene.deadLetter('\u001b]0;owned\u0007 \u202Efdp.exe');

  const listed = await scene.run('list', '--dead');
  const dismissed = await scene.run('dismiss', dead, '--why', 'not wanted');
  const wrong = await scene.run('cancel', dead);

  assert.match(listed.out, /\uFFFD\]0;owned\uFFFD \uFFFDfdp\.exe/);
  assert.match(dismissed.out, /put aside/);
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /it is over/);
  assert.match((await scene.run('list', '--dead')).err, /there is no such delivery/);
});

test('ids and a filter do not go together, and neither of them is no choice', async (t) => {
  const scene = await openScene(t);

  assert.equal((await scene.run('replay', 'dlv_1', '--dead')).code, 2);
  assert.equal((await scene.run('replay')).code, 2);
  assert.equal((await scene.run('list', '--since', 'yesterday')).code, 2);
});

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function openScene(t: TestContext) {
  const service = await openService(t);
  return {
    deadLetter: (reason: string) => deadLetter(service, reason),
    async run(...args: readonly string[]): Promise<Said> {
      const [out, err]: [string[], string[]] = [[], []];
      const log = t.mock.method(console, 'log', (line: string) => out.push(line));
      const error = t.mock.method(console, 'error', (line: string) => err.push(line));
      const code = await runCli(['deliveries', ...args, '--service', service.url]);
      log.mock.restore();
      error.mock.restore();
      return { code, out: out.join('\n'), err: err.join('\n') };
    },
  };
}

/** A request by hand whose delivery could not be started. */
async function deadLetter({ url, app }: TestService, reason: string): Promise<string> {
  await fetch(`${url}/api/manual/by-hand`, {
    method: 'POST',
    body: JSON.stringify({ name: 'unit-test', branch: 'main' }),
  });
  const { store } = app.engine;
  const { deliveries } = await store.listed({ phase: 'pending' }, { limit: 1 });
  const [pending] = deliveries;
  assert(pending);
  const said = `no pipeline 1 ${reason}`.replace(/ (one|two)$/, '');
  const dead = { ...pending, phase: 'dead', verdict: 'failed', reason: said } as const;
  await store.save(dead, { say: said, atMs: store.now() });
  return pending.id;
}
