import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import * as fc from 'fast-check';
import { z } from 'zod';

import type { Check } from '../check.ts';
import type { Client } from '../client.ts';
import { requestsTo } from '../generated/generate.ts';
import { judge } from '../generated/judge.ts';
import { openLearned } from '../generated/learned.ts';
import { openSender } from '../generated/send.ts';
import type { Target } from '../generated/target.ts';
import type { SandboxProcess } from '../sandbox-process.ts';
import { sentencesIn } from '../sentences.ts';

/** What requests have deleted is there again after so many. */
const SET_UP_EVERY = 100;

export interface Amount {
  readonly requests: number;
  readonly seed: number;
}

/** No real client, but every wrong one: requests made up along the routes of a service. */
export function generatedRequests(target: Target, amount: Amount): Client {
  return {
    name: `${amount.requests.toLocaleString('en')} requests to ${target.service}`,
    isReal: false,
    sentences: () => sentencesIn('clients/generated-requests.ts'),
    prepare: async () => ({
      kind: 'ready',
      version: `fast-check ${versionOfFastCheck()}`,
      run: (sandbox, check) => run(target, amount, sandbox, check),
    }),
  };
}

async function run(target: Target, amount: Amount, sandbox: SandboxProcess, check: Check) {
  const { scene } = sandbox;
  using sender = openSender(sandbox, target.host(scene));
  const learned = openLearned();
  const setUp = async () => {
    for (const { request, learn = {} } of target.before(scene)) {
      const { text } = await sender.send(learned.resolve(request));
      learned.learn(text, learn);
    }
  };
  const routes = (await sandbox.routes()).filter(({ service }) => service === target.service);
  let sent = 0;

  await check('every answer is a success, or a refusal in the shape of the vendor', async () => {
    const property = fc.asyncProperty(requestsTo(target, routes, scene), async (generated) => {
      if (sent % SET_UP_EVERY === 0) await setUp();
      sent += 1;
      const request = learned.resolve(generated);
      const answer = await sender.send(request);
      const wrong = judge(target, request, answer);
      if (wrong !== null)
        throw new Error(`${wrong}: ${answer.status} ${answer.text.slice(0, 300)}`);
    });
    const found = await fc.check(property, { numRuns: amount.requests, seed: amount.seed });
    const [request] = found.counterexample ?? [];
    const why = `${String(found.errorInstance)}\n${JSON.stringify(request)}`;
    assert.equal(found.failed, false, why);
  });
  await check('the sandbox says of no request that it made a mistake', () => {
    const [, ...said] = sandbox.log().trim().split('\n');
    assert.deepEqual(said, []);
  });
  await check('the same process goes on answering', async () => {
    process.kill(sandbox.pid, 0);
    await setUp();
    assert.ok((await sandbox.routes()).length > 0);
  });
}

function versionOfFastCheck(): string {
  const file = path.join(import.meta.dirname, '../../node_modules/fast-check/package.json');
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version;
}
