import { Agent, request } from 'node:http';

import { z } from 'zod';

import { TransientError, UncertainError } from '../../src/lib/errors.ts';
import type { Observation } from '../../src/model/outcome.ts';
import { defineTarget, type Run } from '../../src/targets/target.ts';

/**
 * A target whose run is one HTTP call, over when it is answered: what the systems that we are
 * measured against do with an event. The address is `settings.url`.
 */
export const plainHttp = defineTarget({
  type: 'plain-http',
  config: z.strictObject({ url: z.string(), isNeverOver: z.boolean() }),
  request: z.unknown(),

  open({ url, isNeverOver }) {
    const agent = new Agent({ keepAlive: true, maxSockets: 64 });
    return {
      async start({ key, request: what }, signal): Promise<Run> {
        const body = JSON.stringify(what);
        await post({ url, agent, key, body }, signal);
        return { id: key, place: {}, url };
      },
      find: async () => null,
      named: async () => null,
      check: async ({ id }) => (isNeverOver ? { ...over(id), state: GOING_ON } : over(id)),
      cancel: async () => undefined,
      output: async () => '',
    };
  },
});

const GOING_ON = { kind: 'running', status: 'running' } as const;

interface Post {
  readonly url: string;
  readonly agent: Agent;
  readonly key: string;
  readonly body: string;
}

async function post({ url, agent, key, body }: Post, signal: AbortSignal): Promise<void> {
  const status = await new Promise<number>((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': key,
      'content-length': Buffer.byteLength(body),
    };
    const sent = request(url, { method: 'POST', agent, headers, signal }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.on('error', (cause) => {
      reject(new UncertainError('UNANSWERED', 'no answer', { cause }));
    });
    sent.end(body);
  });
  if (status >= 300) throw new TransientError('BUSY', `answered ${status}`);
}

/** The run is over as soon as it was asked for. */
export function over(id: string): Observation {
  return {
    system: 'plain-http',
    id,
    name: '',
    url: '',
    state: { kind: 'ended', verdict: 'succeeded', reason: 'answered' },
    actor: null,
    commit: null,
    startedAtMs: null,
    endedAtMs: null,
    parts: [],
    foundBy: 'start',
  };
}
