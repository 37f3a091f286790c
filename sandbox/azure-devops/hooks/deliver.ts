import type { OutgoingReply } from '../../kit/tools.ts';
import type { AzureDevops } from '../state.ts';
import { hookBody } from './body.ts';
import type { HookEvent } from './event.ts';
import { letsThrough, noteEnd, type Verdict } from './probation.ts';
import { send } from './send.ts';
import type { Notification, Subscription } from './subscription.ts';

/** Source: docs/service-hooks/troubleshoot.md of MicrosoftDocs/azure-devops-docs */
const transient = new Set([408, 502, 503, 504]);
const waitsSeconds = [1, 2, 4, 8, 16, 32, 60, 60];

/** Tells one subscriber of one event, again and again if need be, and remembers what came of it. */
export async function deliver(
  state: AzureDevops,
  subscription: Subscription,
  event: HookEvent,
): Promise<Notification> {
  const notification = newNotification(state, subscription, event);
  subscription.notifications.push(notification);
  const now = state.tools.clock.now;
  if (!letsThrough(state, subscription)) {
    notification.errorMessage = 'The subscription is on probation, and lets no event through now.';
    return end(notification, 'filtered', now());
  }
  const verdict = await attempts(state, subscription, notification);
  noteEnd(state, subscription, verdict);
  return end(notification, verdict === 'good' ? 'succeeded' : 'failed', now());
}

async function attempts(
  state: AzureDevops,
  subscription: Subscription,
  notification: Notification,
): Promise<Verdict> {
  const { hooks } = state;
  for (let attempt = 0; ; attempt += 1) {
    const status = await once(state, subscription, notification);
    if (status !== null && status >= 200 && status < 300) return 'good';
    if (status === 410) return 'gone';
    const waitSeconds = waitsSeconds[attempt];
    if (status === null || !transient.has(status) || waitSeconds === undefined) return 'bad';
    notification.status = 'queued';
    await wait(waitSeconds * hooks.secondMs, hooks.closing.signal);
    if (hooks.closing.signal.aborted) return 'bad';
  }
}

/** The status that came back; null: nobody answered. */
async function once(
  state: AzureDevops,
  subscription: Subscription,
  notification: Notification,
): Promise<number | null> {
  const { hooks, tools } = state;
  const { event, id } = notification;
  const body = hookBody(state, subscription, event, id);
  const url = subscription.consumerInputs['url'] ?? '';
  notification.status = 'requestInProgress';
  notification.attempts += 1;
  notification.request = `Method: POST\nURI: ${url}\nContent: ${tools.hidden.redact(body)}`;
  const startedAt = performance.now();
  try {
    const sending = () => send(subscription, body, hooks.closing.signal);
    const request = { sender: 'azure-devops-hooks', url, body } as const;
    const reply = await (tools.outgoing ? tools.outgoing.send(request, sending) : sending());
    note(notification, reply, tools.clock.now(), performance.now() - startedAt);
    return reply.status;
  } catch (error) {
    notification.errorMessage = error instanceof Error ? error.message : String(error);
    notification.modifiedAtMs = tools.clock.now();
    return null;
  }
}

function note(notification: Notification, reply: OutgoingReply, nowMs: number, tookMs: number) {
  const { status, body } = reply;
  notification.response = `Status Code: ${status}\nContent: ${body}`;
  notification.errorMessage =
    status >= 200 && status < 300 ? null : `The receiver answered ${status}.`;
  notification.durationMs = tookMs;
  notification.modifiedAtMs = nowMs;
}

function newNotification(
  { hooks, tools }: AzureDevops,
  { id: subscriptionId }: Subscription,
  event: HookEvent,
): Notification {
  hooks.lastNotificationId += 1;
  const nowMs = tools.clock.now();
  return {
    id: hooks.lastNotificationId,
    subscriptionId,
    event,
    status: 'queued',
    result: 'pending',
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
    attempts: 0,
    request: null,
    response: null,
    durationMs: null,
    errorMessage: null,
  };
}

function end(notification: Notification, result: Notification['result'], nowMs: number) {
  notification.status = 'completed';
  notification.result = result;
  notification.modifiedAtMs = nowMs;
  return notification;
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => resolve(), { once: true });
  if (signal.aborted) resolve();
  await promise;
  clearTimeout(timer);
}
