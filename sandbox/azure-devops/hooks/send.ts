import { randomUUID } from 'node:crypto';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

import type { OutgoingReply } from '../../kit/tools.ts';
import type { Subscription } from './subscription.ts';

const timeoutMs = 30_000;
const maxReplyBytes = 64 * 1024;

/**
 * Sends one notification and waits for its answer; redirects are not followed.
 * Source: resource_servicehook_webhook_tfs.go of microsoft/terraform-provider-azuredevops, for the
 * inputs; the names of the headers as the service was seen to send them
 * @throws {Error} nobody answered
 */
export function send(
  { id, consumerInputs }: Subscription,
  body: string,
  closing: AbortSignal,
): Promise<OutgoingReply> {
  const url = new URL(consumerInputs['url'] ?? '');
  const raw = Buffer.from(body);
  const headers: Record<string, string> = {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(raw.length),
    'User-Agent': 'VSServices/19.260.0.0',
    'X-VSS-ActivityId': randomUUID(),
    'X-VSS-SubscriptionId': id,
    ...authorization(consumerInputs),
    ...Object.fromEntries(headerLines(consumerInputs['httpHeaders'] ?? '')),
  };
  const options = {
    method: 'POST',
    headers,
    signal: AbortSignal.any([closing, AbortSignal.timeout(timeoutMs)]),
    // No connection outlives its request, so that closing waits for nobody.
    agent: false as const,
  };
  const { promise, resolve, reject } = Promise.withResolvers<OutgoingReply>();
  const onReply = (reply: IncomingMessage) => void read(reply).then(resolve, reject);
  const rejectUnauthorized = consumerInputs['acceptUntrustedCerts']?.toLowerCase() !== 'true';
  const request =
    url.protocol === 'https:'
      ? requestHttps(url, { ...options, rejectUnauthorized }, onReply)
      : requestHttp(url, options, onReply);
  request.on('error', reject);
  request.end(raw);
  return promise;
}

/** Names and values of `Name:value` lines. */
export function headerLines(text: string): readonly (readonly [string, string])[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const at = line.indexOf(':');
      return at < 0 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    });
}

function authorization(inputs: Subscription['consumerInputs']): Record<string, string> {
  const { basicAuthUsername: name = '', basicAuthPassword: password = '' } = inputs;
  if (name === '' && password === '') return {};
  return { Authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}

async function read(reply: IncomingMessage): Promise<OutgoingReply> {
  let body = '';
  reply.setEncoding('utf8');
  for await (const chunk of reply) {
    if (body.length < maxReplyBytes) body += String(chunk);
  }
  return { status: reply.statusCode ?? 0, body: body.slice(0, maxReplyBytes) };
}
