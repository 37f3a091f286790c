import { setTimeout as sleep } from 'node:timers/promises';

import type { Fault } from './fault.ts';
import type { Faults } from './faults.ts';
import { pathGlob } from './glob.ts';
import { holds } from './holds.ts';
import type { Journal } from './journal.ts';
import type { Outgoing, OutgoingReply, OutgoingRequest } from './tools.ts';

interface Options {
  readonly faults: Faults;
  readonly journal: Journal;
  readonly now: () => number;
}

/** What carries the services' own requests. */
export interface StoppableOutgoing extends Outgoing {
  /** Ends every wait that a fault has made. */
  readonly stop: () => void;
}

/** Sends what the services send of their own accord, past the faults and into the journal. */
export function openOutgoing({ faults, journal, now }: Options): StoppableOutgoing {
  /** Requests that wait to be overtaken, by the fault that holds them back. */
  const held = new Map<string, () => void>();
  const stopping = new AbortController();
  const pause = (ms: number, signal = stopping.signal) =>
    sleep(ms, undefined, { signal }).catch(() => undefined);

  const write = (request: OutgoingRequest, sent: Sent) => {
    const url = new URL(request.url);
    journal.add({
      direction: 'out',
      atMs: sent.atMs,
      tookMs: now() - sent.atMs,
      service: request.sender,
      method: 'POST',
      host: url.host,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      status: sent.reply?.status ?? null,
      principal: null,
      action: null,
      fault: sent.fault,
      request: parsed(request.body),
      response: parsed(sent.reply?.body ?? ''),
    });
  };

  const written = async (
    request: OutgoingRequest,
    fault: string | null,
    deliver: () => Promise<OutgoingReply>,
  ) => {
    const atMs = now();
    try {
      const reply = await deliver();
      write(request, { atMs, fault, reply });
      return reply;
    } catch (error) {
      write(request, { atMs, fault, reply: null });
      throw error;
    }
  };

  const overtaken = async ({ id, withinMs }: Hold) => {
    const next = new AbortController();
    held.set(id, () => next.abort());
    await pause(withinMs, AbortSignal.any([stopping.signal, next.signal]));
    held.delete(id);
  };

  const isHeld = (id: string) => held.has(id);

  const carry = async (
    request: OutgoingRequest,
    deliver: () => Promise<OutgoingReply>,
    fate: Fate,
  ) => {
    if (fate.waitMs > 0) await pause(fate.waitMs);
    if (fate.hold) await overtaken(fate.hold);
    const { by, instead, copies } = fate;
    const once = () => written(request, by, instead ? () => Promise.try(instead) : deliver);
    const first = await Promise.allSettled([once()]);
    for (const id of fate.overtakes) held.get(id)?.();
    for (let copy = 0; copy < copies; copy += 1) await once().catch(() => undefined);
    return valueOf(first[0]);
  };

  return {
    stop: () => stopping.abort(),
    async send(request, deliver) {
      const reply = await carry(request, deliver, fateOf('before', request, faults, isHeld));
      const after = fateOf('after', request, faults, isHeld);
      if (after.waitMs > 0) await pause(after.waitMs);
      return after.instead ? after.instead() : reply;
    },
  };
}

interface Sent {
  readonly atMs: number;
  readonly fault: string | null;
  /** null: nobody answered. */
  readonly reply: OutgoingReply | null;
}

interface Hold {
  readonly id: string;
  readonly withinMs: number;
}

/** What the faults have in store for one request. */
interface Fate {
  by: string | null;
  waitMs: number;
  copies: number;
  hold: Hold | null;
  /** Faults that hold a request back which this one is to overtake. */
  readonly overtakes: string[];
  /** What its sender gets to hear although nothing was sent. */
  instead: (() => OutgoingReply) | null;
}

function fateOf(
  stage: Fault['stage'],
  request: OutgoingRequest,
  faults: Faults,
  isHeld: (id: string) => boolean,
): Fate {
  const fate: Fate = {
    by: null,
    waitMs: 0,
    copies: 0,
    hold: null,
    overtakes: [],
    instead: null,
  };
  const fits = (fault: Fault, id: string) => {
    if (fault.stage !== stage || !isMeant(fault, request)) return false;
    if (fault.do.kind !== 'reorder' || !isHeld(id)) return true;
    fate.overtakes.push(id);
    return false;
  };
  for (const { id, fault, random } of faults.striking('outgoing', fits)) {
    fate.by = id;
    const { do: what } = fault;
    if (what.kind === 'delay') fate.waitMs += what.ms + Math.round(what.jitter_ms * random());
    if (what.kind === 'duplicate') fate.copies += what.copies;
    if (what.kind === 'reorder') fate.hold = { id, withinMs: what.within_ms };
    fate.instead = insteadOf(what);
    if (fate.instead) break;
  }
  return fate;
}

function insteadOf(what: Fault['do']): (() => OutgoingReply) | null {
  if (what.kind === 'suppress') return () => ({ status: 200, body: '' });
  if (what.kind === 'status') return () => ({ status: what.status, body: textOf(what.body) });
  if (what.kind !== 'drop') return null;
  return () => {
    throw new Error('the connection was cut by a fault');
  };
}

function isMeant(fault: Fault, { sender, url, body }: OutgoingRequest): boolean {
  if (fault.service !== sender) return false;
  if (fault.path !== undefined && !pathGlob(fault.path).test(new URL(url).pathname)) return false;
  return fault.body === undefined || holds(parsed(body), fault.body);
}

function valueOf(settled: PromiseSettledResult<OutgoingReply>): OutgoingReply {
  if (settled.status === 'fulfilled') return settled.value;
  throw settled.reason;
}

function textOf(body: unknown): string {
  if (body === undefined) return '';
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // nothing that the journal could show without its secrets
  }
}
