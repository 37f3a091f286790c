import { type Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

import { FIRST_MS, plannedEvent } from './organization.ts';

const ANSWER_WITHIN_MS = 5000;

/** What the registry sends about the event of this number. */
export function bodyOf(number: number): string {
  const { model, version, fromStage } = plannedEvent(number);
  return JSON.stringify({
    event: 'MODEL_VERSION_TRANSITIONED_STAGE',
    webhook_id: 'c5596721253c4b429368cf6f4341b88a',
    event_timestamp: FIRST_MS + number,
    model_name: model,
    version,
    to_stage: 'Staging',
    from_stage: fromStage,
    text: `version ${version} of ${model} came to Staging`,
  });
}

interface Call {
  readonly body: string;
  readonly signature: string;
  readonly agent: Agent;
}

/** Resolves to the id of the event that it was acknowledged as; rejects if it was not. */
export async function post(url: string, { body, signature, agent }: Call): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-databricks-signature': signature,
  };
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const sent = request(url, { method: 'POST', agent, headers, signal }, resolve);
  sent.on('error', reject);
  sent.end(body);
  const response = await promise;
  const id = /"event":"(evt_[\w-]+)"/.exec(await text(response))?.[1];
  const isGood = response.statusCode === 202 || response.statusCode === 200;
  if (!isGood || id === undefined) throw new Error(`answered ${response.statusCode}`);
  return id;
}
