import { z } from 'zod';

import { SENDERS } from './tools.ts';

const Count = z.int().min(1).max(1_000_000);
const Milliseconds = z.int().min(0).max(86_400_000);

/** What can go wrong with a request to an emulated service. */
const OF_REQUESTS = [
  /** An answer that the service never gave. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    headers: z.record(z.string(), z.string()).default({}),
    /** Text as it is; anything else as JSON. */
    body: z.unknown().optional(),
  }),
  /** In the machine's time, and not in the sandbox's: it is the client who shall wait. */
  z.strictObject({
    kind: z.literal('delay'),
    ms: Milliseconds,
    jitter_ms: Milliseconds.default(0),
  }),
  /** The connection is cut, without an answer. */
  z.strictObject({ kind: z.literal('drop') }),
  /** The connection is cut, and the action runs so long after, in the machine's time, all the same. */
  z.strictObject({ kind: z.literal('late'), ms: Milliseconds }),
  /** The connection is cut when the status and the headers are through. */
  z.strictObject({ kind: z.literal('reset-after-headers') }),
  /** Azure DevOps' page for people, with a status that looks like success. */
  z.strictObject({ kind: z.literal('sign-in-page') }),
  /** `cleanly`: with a Content-Length that fits, so that only a reader of the text can tell. */
  z.strictObject({
    kind: z.literal('truncate-body'),
    /** How much gets through. Left out: half. */
    bytes: z.int().min(0).optional(),
    ends: z.enum(['early', 'cleanly']).default('early'),
  }),
  /** After a change, the same GET is answered as before so many times. */
  z.strictObject({ kind: z.literal('stale-read'), reads: Count.default(1) }),
  /** Every token that Entra ID has issued so far has run out. */
  z.strictObject({ kind: z.literal('expire-tokens') }),
  /** The Date of the answer is ahead by so much, or behind. */
  z.strictObject({
    kind: z.literal('clock-skew'),
    ms: z.int().min(-86_400_000).max(86_400_000),
  }),
] as const;

/** What can go wrong with a request that a service makes of its own accord, beside the first three. */
const OF_OUTGOING = [
  z.strictObject({ kind: z.literal('duplicate'), copies: z.int().min(1).max(100).default(1) }),
  /** It overtakes nothing, and the next one overtakes it, if that comes in time. */
  z.strictObject({ kind: z.literal('reorder'), within_ms: Milliseconds.default(5_000) }),
  /** It is never sent, and its sender believes that it was. */
  z.strictObject({ kind: z.literal('suppress') }),
] as const;

/** How a run of Databricks, or of GitHub Actions, ends instead of being run. The words may be any. */
const OF_RUNS = [
  z.strictObject({
    kind: z.literal('run-ending'),
    life_cycle_state: z.string().min(1).default('INTERNAL_ERROR'),
    /** null: there is none. */
    result_state: z.string().min(1).nullable().default('FAILED'),
    /** `termination_details`. Left out: what goes with the result; null: there are none. */
    code: z.string().min(1).nullable().optional(),
    type: z.string().min(1).optional(),
    message: z.string().default(''),
    /** How long it looks as if it ran. */
    after_ms: Milliseconds.default(0),
  }),
] as const;

const Kind = z.discriminatedUnion('kind', [...OF_REQUESTS, ...OF_OUTGOING, ...OF_RUNS]);
type Kind = z.infer<typeof Kind>['kind'];

const When = z.strictObject({
  /** The first so many pass. */
  skip: z.int().min(0).default(0),
  /** After so many it is over. Left out: never. */
  times: Count.optional(),
  /** Strikes by chance, the same in every run with the same seed. */
  probability: z.number().min(0).max(1).default(1),
  seed: z.int().default(1),
  /** Begins so long after it was added, and lasts so long, by the sandbox's clock. */
  after_ms: Milliseconds.default(0),
  for_ms: Milliseconds.optional(),
});

const Rule = z.strictObject({
  id: z
    .string()
    .regex(/^[\w.:-]{1,100}$/u, 'may hold letters, digits and . : _ -')
    .optional(),
  /**
   * `entra`, `databricks`, `azure-devops`, or a sender: `databricks-webhooks`. Left out, as all the
   * others: any service; of runs, Databricks.
   */
  service: z.string().min(1).optional(),
  method: z.string().toUpperCase().optional(),
  /** `/api/2.2/jobs/*`, `/**.git/info/refs`: one star is within a part of the path, two go across. */
  path: z.string().startsWith('/').optional(),
  /** Who asks: a client id, or the name of an application or a user. */
  principal: z.string().min(1).optional(),
  /** Headers the request has to have; a star stands for anything. */
  header: z.record(z.string().toLowerCase(), z.string()).optional(),
  /** What the request's JSON or form has to hold, at least; a star in a text stands for anything. */
  body: z.record(z.string(), z.json()).optional(),
  /** Name of the run, for `run-ending`; a star stands for anything. */
  run: z.string().min(1).optional(),
  /** Key of the task. Left out: the run as a whole. */
  task: z.string().min(1).optional(),
  when: When.prefault({}),
  /** `after`: the action has really run, and only its answer suffers. */
  stage: z.enum(['before', 'after']).optional(),
  do: Kind,
});

export const CHANNELS = ['requests', 'outgoing', 'runs'] as const;

/** To what a fault can happen: requests to a service, those that a service makes, runs. */
export type Channel = (typeof CHANNELS)[number];

/** Something to go wrong: with what, how often, and how. */
export const Fault = Rule.superRefine((rule, context) => {
  for (const { path, message } of contradictions(rule)) {
    context.addIssue({ code: 'custom', path: [...path], message, input: rule });
  }
}).transform((rule) => ({
  ...rule,
  stage: rule.stage ?? stageOf(rule.do.kind),
  channel: channelOf(rule),
}));
export type Fault = z.infer<typeof Fault>;

/** These have an answer to work on, and none before the action has run. */
const NEEDS_ANSWER: ReadonlySet<Kind> = new Set([
  'reset-after-headers',
  'truncate-body',
  'stale-read',
  'clock-skew',
]);

const KINDS: Readonly<Record<Channel, ReadonlySet<Kind>>> = {
  requests: new Set(OF_REQUESTS.map((one) => one.shape.kind.value)),
  outgoing: new Set([
    ...(['status', 'delay', 'drop'] as const),
    ...OF_OUTGOING.map((one) => one.shape.kind.value),
  ]),
  runs: new Set(OF_RUNS.map((one) => one.shape.kind.value)),
};

/** What a rule of this channel can be bound to. */
const MATCHES: Readonly<Record<Channel, readonly string[]>> = {
  requests: ['service', 'method', 'path', 'principal', 'header', 'body'],
  outgoing: ['service', 'path', 'body'],
  runs: ['service', 'run', 'task'],
};

/** Who has runs that can be told how to end. */
const RUNNERS = new Set(['databricks', 'azure-devops', 'github']);

const EVERY_MATCH = new Set(Object.values(MATCHES).flat());

const WHAT: Readonly<Record<Channel, string>> = {
  requests: 'a request to a service',
  outgoing: 'a request that a service sends',
  runs: 'a run',
};

function channelOf(rule: z.infer<typeof Rule>): Channel {
  if (rule.do.kind === 'run-ending') return 'runs';
  const isSender = SENDERS.some((sender) => sender === rule.service);
  return isSender ? 'outgoing' : 'requests';
}

function stageOf(kind: Kind): 'before' | 'after' {
  return NEEDS_ANSWER.has(kind) ? 'after' : 'before';
}

function* contradictions(rule: z.infer<typeof Rule>) {
  const { kind } = rule.do;
  const channel = channelOf(rule);
  const what = WHAT[channel];
  if (!KINDS[channel].has(kind)) {
    const hint = channel === 'requests' ? `; a sender is ${SENDERS.join(' or ')}` : '';
    yield { path: ['do', 'kind'], message: `${kind} cannot happen to ${what}${hint}` };
  }
  const foreign = [...EVERY_MATCH].filter((name) => !MATCHES[channel].includes(name));
  for (const name of foreign.filter((one) => one in rule)) {
    yield { path: [name], message: `${what} is not told by ${name}` };
  }
  if (channel === 'runs' && rule.service !== undefined && !RUNNERS.has(rule.service)) {
    yield { path: ['service'], message: `${rule.service} has no runs that a fault can end` };
  }
  const mistimed = stageProblem(rule.stage, kind);
  if (mistimed) yield { path: ['stage'], message: mistimed };
}

function stageProblem(stage: 'before' | 'after' | undefined, kind: Kind): string | null {
  if (stage === 'before' && NEEDS_ANSWER.has(kind)) {
    return `${kind} needs the answer, and comes after the action`;
  }
  const isTooLate = stage === 'after' && kind === 'late';
  return isTooLate ? 'late is about an action that has not run yet' : null;
}
