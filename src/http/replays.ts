import { z } from 'zod';

import type { Engine } from '../engine/engine.ts';
import { type Preview, previewReplay, type ReplayResult, replay } from '../engine/replay.ts';
import type { ReplayOrder } from '../model/plan-replay.ts';
import { becauseOf } from './because-of.ts';
import { Filter, filterOf } from './delivery-query.ts';
import { iso } from './iso.ts';
import { Person } from './person.ts';

/** So many in one request: more is more than a person has looked at. */
const MOST = 100;

const Order = {
  ...Person.shape,
  /** With the request of then, or with one judged by the present rule. */
  judged: z.enum(['then', 'now']).default('then'),
  /** Also those whose run may be going on. */
  even_lost: z.boolean().default(false),
};

const Id = z.string().max(100);

/** A look at what would be started: by ids, or by what they have in common. */
const PreviewRequest = z.strictObject({
  ...Order,
  preview: z.literal(true),
  ids: z.array(Id).min(1).max(MOST).optional(),
  filter: Filter.optional(),
  cursor: Id.optional(),
});

/** The real thing names each attempt that was looked at, so that no press counts twice. */
const ReplayRequest = z.strictObject({
  ...Order,
  preview: z.literal(false).default(false),
  deliveries: z
    .array(z.strictObject({ id: Id, attempt: z.int().positive() }))
    .min(1)
    .max(MOST),
});

type Answer =
  | { readonly kind: 'preview'; readonly body: unknown }
  | { readonly kind: 'results'; readonly body: unknown }
  | { readonly kind: 'malformed'; readonly because: string };

/** Answers `POST /api/deliveries/replay`. */
export async function replayAll(engine: Engine, body: unknown): Promise<Answer> {
  const isPreview = z.object({ preview: z.literal(true) }).safeParse(body).success;
  if (isPreview) return await preview(engine, body);
  const request = ReplayRequest.safeParse(body);
  if (!request.success) return { kind: 'malformed', because: becauseOf(request.error) };
  const { deliveries, by, why } = request.data;
  const results = [];
  for (const seen of deliveries) {
    const result = await replay(engine, seen, { ...orderOf(request.data), by, why });
    results.push({ delivery: seen.id, ...resultView(result) });
  }
  return { kind: 'results', body: { results } };
}

async function preview(engine: Engine, body: unknown): Promise<Answer> {
  const request = PreviewRequest.safeParse(body);
  if (!request.success) return { kind: 'malformed', because: becauseOf(request.error) };
  const { ids, filter, cursor } = request.data;
  if ((ids === undefined) === (filter === undefined)) {
    return { kind: 'malformed', because: 'name either ids or a filter' };
  }
  const { deliveries, next } = ids
    ? { deliveries: await named(engine, ids), next: null }
    : await engine.store.listed(filterOf(filter ?? {}), {
        limit: MOST,
        ...(cursor !== undefined && { before: cursor }),
      });
  const previews = await previewReplay(engine, deliveries, orderOf(request.data));
  const unknown = (ids ?? []).filter((id) => !deliveries.some((one) => one.id === id));
  return { kind: 'preview', body: { replays: previews.map(previewView), unknown, next } };
}

async function named({ store }: Engine, ids: readonly string[]) {
  const found = await Promise.all([...new Set(ids)].map((id) => store.delivery(id)));
  return found.filter((delivery) => delivery !== null);
}

function orderOf(request: { readonly judged: 'then' | 'now'; readonly even_lost: boolean }) {
  return { judged: request.judged, evenLost: request.even_lost } satisfies ReplayOrder;
}

function previewView({ delivery, event, plan }: Preview) {
  const { id, rule, attempt, verdict, phase, reason, run, createdAtMs } = delivery;
  const isRefused = plan.kind === 'refused';
  return {
    delivery: id,
    /** The attempt that is over: the replay names it. */
    attempt,
    rule,
    model: event.model,
    version: event.version,
    created_at: iso(createdAtMs),
    phase,
    verdict,
    reason,
    run: run && { id: run.id, url: run.url },
    refused: isRefused ? plan.because : null,
    target: isRefused ? null : plan.next.target,
    judged: isRefused ? null : plan.judged,
    request: isRefused ? null : plan.next.request,
    differs: isRefused ? '' : plan.differs,
  };
}

function resultView(result: ReplayResult) {
  if (result.kind === 'refused') return { result: 'refused', because: result.because };
  return { result: result.kind, attempt: result.attempt };
}
