import { random } from '../random.ts';

const START = { service: 'azure-devops', method: 'POST', path: '/**/pipelines/*/runs' } as const;
const LOOK = { service: 'azure-devops', method: 'GET', path: '/**/_apis/build/builds/**' } as const;
const LIST = { service: 'azure-devops', method: 'GET', path: '/**/_apis/build/builds' } as const;
const REPORT = { service: 'databricks', method: 'POST' } as const;

/** A gateway's page: it does not say whether the service behind it has begun. */
const GATEWAY_PAGE = {
  kind: 'status',
  status: 503,
  headers: { 'content-type': 'text/html' },
  body: '<h1>503 Service Unavailable</h1>',
} as const;

/** After how long a run may surface at the latest, when nobody waits for it any more. */
const LATEST_MS = 1500;

/** How the pipelines' runs end, from the first to the last; all of them at once or nearly so. */
export function endings(seed: string): readonly unknown[] {
  const seeds = random(seed, 'endings');
  const ending = (result: string, probability: number, after: number) => ({
    id: `ends-${result}-${after}`,
    service: 'azure-devops',
    when: { probability, seed: seeds.below(1_000_000) },
    do: { kind: 'run-ending', result_state: result, after_ms: after },
  });
  return [
    ending('failed', 0.05, 0),
    ending('canceled', 0.03, 0),
    ending('partiallySucceeded', 0.02, 0),
    ending('succeeded', 0.1, 1200),
    ending('succeeded', 1, 0),
  ];
}

/** A status that says for sure that nothing has begun. */
const busy = (status: number) =>
  ({
    kind: 'status',
    status,
    headers: { 'retry-after': '1' },
    body: { message: 'TF400733: the request has been canceled' },
  }) as const;

/** By their name: how often they strike of a thousand times, and what they are. */
const WEATHER = {
  late: [4, { ...START, do: { kind: 'late', ms: LATEST_MS } }],
  'lost-reply': [8, { ...START, stage: 'after', do: { kind: 'drop' } }],
  'cut-reply': [2, { ...START, stage: 'after', do: { kind: 'truncate-body' } }],
  'page-before': [2, { ...START, do: GATEWAY_PAGE }],
  'page-after': [3, { ...START, stage: 'after', do: GATEWAY_PAGE }],
  busy: [1, { ...START, do: busy(503) }],
  'too-many': [1, { ...START, do: busy(429) }],
  slow: [5, { ...START, do: { kind: 'delay', ms: 50, jitter_ms: 400 } }],
  stale: [10, { ...LOOK, do: { kind: 'stale-read' } }],
  'stale-list': [10, { ...LIST, do: { kind: 'stale-read' } }],
  unseen: [2, { ...LOOK, do: busy(503) }],
  unlisted: [5, { ...LIST, do: busy(503) }],
  'cut-list': [5, { ...LIST, do: { kind: 'drop' } }],
  unwritten: [50, { ...REPORT, stage: 'after', do: { kind: 'drop' } }],
} as const;
const HARSH_LATE = 400;

/** What goes wrong at the target all the time; `harsh`: nearly every other start surfaces late. */
export function weather(
  seed: string,
  { isHarsh }: { readonly isHarsh: boolean },
): readonly { readonly id: string }[] {
  return Object.entries(WEATHER).map(([id, [often, rule]]) => {
    const ofThousand = isHarsh && id === 'late' ? HARSH_LATE : often;
    const when = { probability: ofThousand / 1000, seed: random(seed, id).below(1_000_000) };
    return { id, when, ...rule };
  });
}

export type Moment = keyof typeof MOMENTS;

/** Calls in whose middle a replica can be caught: the sandbox holds them up until it is dead. */
export const MOMENTS = {
  'before-start': { ...START, stage: 'before', do: { kind: 'delay', ms: 1000 } },
  'after-start': { ...START, stage: 'after', do: { kind: 'delay', ms: 1000 } },
  'late-start': { ...START, do: { kind: 'late', ms: LATEST_MS } },
  'during-look': { ...LOOK, stage: 'before', do: { kind: 'delay', ms: 1000 } },
  'during-list': { ...LIST, stage: 'after', do: { kind: 'delay', ms: 1000 } },
  'during-report': { ...REPORT, stage: 'after', do: { kind: 'delay', ms: 1000 } },
} as const;
