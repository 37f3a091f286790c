import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

import type { Answer } from './serve-fetch.ts';
import { signInPage } from './sign-in-page.ts';

const Kind = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    headers: z.record(z.string(), z.string()).default({}),
    /** Text as it is; anything else as JSON. */
    body: z.unknown().optional(),
  }),
  z.strictObject({ kind: z.literal('delay'), ms: z.int().min(0).max(600_000) }),
  z.strictObject({ kind: z.literal('drop') }),
  z.strictObject({ kind: z.literal('sign-in-page') }),
]);

/** Something to go wrong: for which requests, how often, and how. */
export const Fault = z.strictObject({
  id: z.string().min(1).optional(),
  /** `entra`, `databricks`, `azure-devops`. Left out, as the next two: any. */
  service: z.string().optional(),
  method: z.string().toUpperCase().optional(),
  /** `/api/2.2/jobs/*`, `/**.git/info/refs`: one star is within a part of the path, two go across. */
  path: z.string().startsWith('/').optional(),
  when: z
    .strictObject({
      /** The first so many requests pass. */
      skip: z.int().min(0).default(0),
      /** After so many it is over. Left out: never. */
      times: z.int().min(1).optional(),
    })
    .default({ skip: 0 }),
  /** `after`: the action has really run, and only its answer is lost. */
  stage: z.enum(['before', 'after']).default('before'),
  do: Kind,
});
export type Fault = z.infer<typeof Fault>;

export interface ListedFault extends Fault {
  readonly id: string;
  /** How many requests it fits, and how many of them it struck. */
  readonly matched: number;
  readonly struck: number;
}

interface Target {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly signal: AbortSignal;
}

/** What the faults did to a request: nothing, if `by` is null; held it up, if only `answer` is. */
export interface Strike {
  readonly by: string | null;
  readonly answer: Answer | null;
}

export interface Faults {
  /** Adds a fault, and gives back the id it goes by; null: that id is taken. */
  add(fault: Fault): string | null;
  remove(id: string): boolean;
  clear(): void;
  list(): readonly ListedFault[];
  /** Lets the faults of this stage strike, in the order they were added. */
  strike(stage: Fault['stage'], target: Target): Promise<Strike>;
}

/** No faults yet. */
export function openFaults(): Faults {
  const rules = new Map<string, Rule>();
  let made = 0;

  return {
    add(fault) {
      made += 1;
      const id = fault.id ?? `fault-${made}`;
      if (rules.has(id)) return null;
      const path = fault.path === undefined ? null : glob(fault.path);
      rules.set(id, { id, fault, path, matched: 0, struck: 0 });
      return id;
    },
    remove: (id) => rules.delete(id),
    clear: () => rules.clear(),
    list: () => [...rules.values()].map(listed),
    async strike(stage, target) {
      let by: string | null = null;
      for (const rule of rules.values()) {
        if (rule.fault.stage !== stage || !fits(rule, target) || !isDue(rule)) continue;
        const answer = await perform(rule.fault, target);
        by = rule.id;
        if (answer) return { by, answer };
      }
      return { by, answer: null };
    },
  };
}

interface Rule {
  readonly id: string;
  readonly fault: Fault;
  readonly path: RegExp | null;
  matched: number;
  struck: number;
}

function listed({ id, fault, matched, struck }: Rule): ListedFault {
  return { ...fault, id, matched, struck };
}

function fits({ fault, path }: Rule, target: Target): boolean {
  if (fault.service !== undefined && fault.service !== target.service) return false;
  if (fault.method !== undefined && fault.method !== target.method) return false;
  return path === null || path.test(target.path);
}

function isDue(rule: Rule): boolean {
  const { skip, times = Number.POSITIVE_INFINITY } = rule.fault.when;
  rule.matched += 1;
  if (rule.matched <= skip || rule.struck >= times) return false;
  rule.struck += 1;
  return true;
}

async function perform(fault: Fault, { signal }: Target): Promise<Answer | null> {
  switch (fault.do.kind) {
    case 'status':
      return { kind: 'response', response: statusOf(fault.do) };
    case 'delay':
      // The machine's time, and not the sandbox's: it is the client who shall wait.
      await sleep(fault.do.ms, undefined, { signal });
      return null;
    case 'drop':
      return { kind: 'dropped' };
    case 'sign-in-page':
      return { kind: 'response', response: signInPage() };
  }
}

function statusOf(fault: Extract<Fault['do'], { kind: 'status' }>): Response {
  const { status, headers, body } = fault;
  if (body === undefined || status === 204 || status === 304) {
    return new Response(null, { status, headers });
  }
  return typeof body === 'string'
    ? new Response(body, { status, headers })
    : Response.json(body, { status, headers });
}

function glob(pattern: string): RegExp {
  const source = pattern
    .split(/(\*+)/)
    .map((part) => {
      if (part === '*') return '[^/]*';
      return part.startsWith('*') ? '.*' : RegExp.escape(part);
    })
    .join('');
  return new RegExp(`^${source}$`, 'u');
}
