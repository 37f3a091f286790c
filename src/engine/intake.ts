import type { Event, NewEvent } from '../model/event.ts';
import { laneOf } from '../model/lane.ts';
import { type Judgement, judge, type Rule } from '../model/rule.ts';
import { startKey } from '../model/start-key.ts';
import type { WebhookCall } from '../sources/source.ts';
import type { Added, NewDelivery } from '../store/store.ts';
import type { Engine } from './engine.ts';

export type { WebhookCall } from '../sources/source.ts';

type Intake = Pick<Engine, 'store' | 'rules' | 'sources' | 'now' | 'newId' | 'changed' | 'log'>;

export type Taken =
  | { readonly kind: 'added'; readonly added: Added }
  | { readonly kind: 'ignored'; readonly because: string }
  | { readonly kind: 'refused'; readonly because: string }
  | { readonly kind: 'malformed'; readonly because: string }
  | { readonly kind: 'unknown_source' };

/**
 * Takes in one webhook call: verified, read, judged, and durable before this resolves.
 * @throws whatever the store throws: then nothing may be acknowledged
 */
export async function receive(engine: Intake, source: string, call: WebhookCall): Promise<Taken> {
  const receiver = engine.sources.get(source);
  if (!receiver?.receive) return { kind: 'unknown_source' };

  const received = await receiver.receive(call);
  switch (received.kind) {
    case 'event':
      return { kind: 'added', added: await takeIn(engine, received.event) };
    case 'ignored':
      return received;
    case 'refused':
    case 'malformed':
      await turnAway(engine, source, received.because);
      return received;
  }
}

/** Counts a request that was turned away, and keeps nothing else of it. */
export async function turnAway(engine: Intake, source: string, reason: string): Promise<void> {
  await engine.store.countRefusal({ source, reason, atMs: engine.now() });
  engine.log.warn({ source, reason }, 'request turned away');
}

/** Stores an event together with the deliveries that the rules make of it. */
export async function takeIn(engine: Intake, told: NewEvent): Promise<Added> {
  const event: Event = { ...told, id: engine.newId('evt'), receivedAtMs: engine.now() };
  const deliveries = engine.rules.flatMap((rule) => {
    const judgement = judge(rule, event);
    return judgement.kind === 'unmatched' ? [] : [deliveryOf(engine, event, rule, judgement)];
  });
  const added = await engine.store.addEvent(event, deliveries);
  if (added.kind === 'new') {
    engine.log.info({ event: event.id, type: event.type, source: event.source }, 'event stored');
    engine.changed(event.id);
  }
  return added;
}

type Wanted = Exclude<Judgement, { kind: 'unmatched' }>;

function deliveryOf(engine: Intake, event: Event, rule: Rule, judgement: Wanted): NewDelivery {
  const { name, target, whenBusy, require: requirement, report } = rule;
  const { receivedAtMs } = event;
  return {
    id: engine.newId('dlv'),
    rule: name,
    target,
    attempt: 1,
    key: startKey({ identity: event.identity, rule: name, target, attempt: 1 }),
    lane: laneOf({ rule: name, model: event.model }),
    whenBusy,
    requirement,
    reports: event.model === '' ? [] : report,
    tries: 0,
    intendedAtMs: null,
    sinceMs: receivedAtMs,
    dueAtMs: receivedAtMs,
    createdAtMs: receivedAtMs,
    run: null,
    seen: null,
    seenAtMs: null,
    ...asJudged(judgement, name),
  };
}

function asJudged(judgement: Wanted, rule: string) {
  if (judgement.kind === 'broken') {
    const reason = `rule ${rule} cannot be evaluated: ${judgement.because}`;
    return { phase: 'dead', verdict: 'failed', request: null, oneAtATime: null, reason } as const;
  }
  const { request, oneAtATime } = judgement;
  const reason = `rule ${rule} matched`;
  return { phase: 'pending', verdict: null, request, oneAtATime, reason } as const;
}
