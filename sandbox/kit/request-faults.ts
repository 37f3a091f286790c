import { setTimeout as sleep } from 'node:timers/promises';

import { type Known, openEarlierAnswers } from './earlier-answers.ts';
import type { Fault } from './fault.ts';
import type { Faults, Strike } from './faults.ts';
import { fitsText, pathGlob } from './glob.ts';
import { holds } from './holds.ts';
import type { Answer } from './serve-fetch.ts';
import { signInPage } from './sign-in-page.ts';
import { statusAnswer } from './status-answer.ts';
import { withBody } from './with-body.ts';

/** A request that faults may be meant for. */
export interface Target {
  readonly service: string;
  readonly request: Request;
  /** Its JSON or form, if it is legible. */
  readonly body: unknown;
  /** Ids, names and tokens of whom it claims to come from. */
  readonly principals: readonly string[];
}

/** What a service answered, and to whom; with its bytes if it is legible, JSON or a form. */
export interface Given {
  readonly response: Response;
  readonly bytes: Uint8Array<ArrayBuffer> | null;
  readonly principal: string | null;
}

/** What the faults did: nothing, if `by` is null; only held it up, if `answer` is. */
export interface Met {
  readonly by: string | null;
  readonly answer: Answer | null;
  /** After how long the action is to run although its client has its answer; left out: it is not. */
  readonly lateMs?: number;
}

export interface RequestFaults {
  /** Lets the faults strike that come before the action. */
  before(target: Target): Promise<Met>;
  /** Lets those strike that come after it, on its answer. */
  after(target: Target, given: Given): Promise<Met>;
}

interface Options {
  readonly faults: Faults;
  readonly now: () => number;
  readonly expireTokens: () => void;
}

/** Lets the faults of a sandbox strike the requests to its services. */
export function openRequestFaults({ faults, now, expireTokens }: Options): RequestFaults {
  const earlier = openEarlierAnswers();

  /** An answer in place of the action's; null: there is none, but perhaps it took its time. */
  const instead = async (
    { fault, random }: Strike,
    { request }: Target,
  ): Promise<Answer | null> => {
    const { do: what } = fault;
    if (what.kind === 'status') return { kind: 'response', response: statusAnswer(what) };
    if (what.kind === 'drop' || what.kind === 'late') return { kind: 'dropped' };
    if (what.kind === 'sign-in-page') return { kind: 'response', response: signInPage() };
    if (what.kind === 'delay') await delayed(what, random, request.signal);
    if (what.kind === 'expire-tokens') expireTokens();
    return null;
  };

  const isRepeatable = (url: string, known: Known | null, reads: number) =>
    known !== null && earlier.isRepeatable(url, known, reads);

  /** What the client gets whatever other faults there are; null: it can get worse. */
  const lastAnswer = async (strike: Strike, target: Target, current: Given) => {
    const answer = await instead(strike, target);
    if (!answer) return broken(strike.fault.do, current);
    if (!current.bytes) await current.response.body?.cancel();
    return answer;
  };

  return {
    async before(target) {
      let by: string | null = null;
      const fits = (fault: Fault) => fault.stage === 'before' && isMeant(fault, target);
      for (const strike of faults.striking('requests', fits)) {
        by = strike.id;
        const answer = await instead(strike, target);
        if (answer) return { by, answer, ...lateOf(strike.fault.do) };
      }
      return { by, answer: null };
    },

    async after(target, given) {
      const { url } = target.request;
      const known = knownOf(target, given);
      const fits = (fault: Fault) =>
        fault.stage === 'after' &&
        isMeant(fault, target, given.principal) &&
        (fault.do.kind !== 'stale-read' || isRepeatable(url, known, fault.do.reads));
      let by: string | null = null;
      let current = given;
      for (const strike of faults.striking('requests', fits)) {
        by = strike.id;
        const { do: what } = strike.fault;
        const last = await lastAnswer(strike, target, current);
        if (last) return { by, answer: last };
        if (what.kind === 'clock-skew') current = skewed(current, now() + what.ms);
        if (what.kind === 'stale-read' && known) current = earlier.repeat(url, known);
      }
      if (known && current.bytes === known.bytes) earlier.keep(url, known);
      if (current === given) return { by, answer: null };
      return { by, answer: { kind: 'response', response: rebuilt(current) } };
    },
  };
}

function lateOf(what: Fault['do']): { readonly lateMs?: number } {
  return what.kind === 'late' ? { lateMs: what.ms } : {};
}

function isMeant(fault: Fault, target: Target, principal: string | null = null): boolean {
  const { request, service, body } = target;
  const { pathname } = new URL(request.url);
  const callers = [principal, ...target.principals];
  const headers = Object.entries(fault.header ?? {});
  return [
    fault.service === undefined || fault.service === service,
    fault.method === undefined || fault.method === request.method,
    fault.path === undefined || pathGlob(fault.path).test(pathname),
    fault.principal === undefined || callers.includes(fault.principal),
    headers.every(([name, text]) => fitsText(text, request.headers.get(name) ?? '')),
    fault.body === undefined || holds(body, fault.body),
  ].every(Boolean);
}

function delayed(
  { ms, jitter_ms: jitter }: { readonly ms: number; readonly jitter_ms: number },
  random: () => number,
  signal: AbortSignal,
): Promise<void> {
  return sleep(ms + Math.round(jitter * random()), undefined, { signal });
}

/** The answer, or as much of it as gets through; null: this fault does not break it. */
async function broken(what: Fault['do'], given: Given): Promise<Answer | null> {
  const { response } = given;
  if (what.kind === 'reset-after-headers') {
    return { kind: 'cut', response: rebuilt(given), bytes: 0 };
  }
  if (what.kind !== 'truncate-body') return null;

  const whole = given.bytes ?? new Uint8Array(await response.arrayBuffer());
  const bytes = Math.min(what.bytes ?? Math.floor(whole.length / 2), whole.length);
  const known = { ...given, bytes: whole };
  return what.ends === 'early'
    ? { kind: 'cut', response: rebuilt(known), bytes }
    : { kind: 'response', response: rebuilt({ ...known, bytes: whole.subarray(0, bytes) }) };
}

function skewed(given: Given, atMs: number): Given {
  const response = rebuilt(given);
  response.headers.set('date', new Date(atMs).toUTCString());
  return { ...given, response };
}

/** The answer to a GET, which can be compared with what was answered before. */
function knownOf({ request }: Target, { response, bytes, principal }: Given): Known | null {
  return request.method === 'GET' && bytes ? { response, bytes, principal } : null;
}

function rebuilt({ response, bytes }: Given): Response {
  return withBody(response, bytes ?? response.body);
}
