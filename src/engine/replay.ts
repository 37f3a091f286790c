import type { Event } from '../model/event.ts';
import { planReplay, type ReplayOrder, type ReplayPlan } from '../model/plan-replay.ts';
import { wished } from '../model/wish.ts';
import type { StoredDelivery } from '../store/store.ts';
import type { Engine } from './engine.ts';

type Replayer = Pick<Engine, 'store' | 'rules' | 'targets' | 'now' | 'changed' | 'log'>;

/** What a replay would start, for a person to look at before. */
export interface Preview {
  readonly delivery: StoredDelivery;
  readonly event: Event;
  readonly plan: ReplayPlan;
}

/** Says for each delivery what a replay would start, or why it would not. */
export async function previewReplay(
  engine: Replayer,
  deliveries: readonly StoredDelivery[],
  order: ReplayOrder,
): Promise<readonly Preview[]> {
  const previews: Preview[] = [];
  for (const delivery of deliveries) {
    const event = await engine.store.event(delivery.event);
    if (!event) continue;
    const rule = engine.rules.find(({ name }) => name === delivery.rule) ?? null;
    const isTarget = (name: string) => engine.targets.has(name);
    const plan = planReplay({ delivery, event, rule, isTarget }, order);
    previews.push({ delivery, event, plan });
  }
  return previews;
}

/** The attempt that a person saw when they asked for the next one. */
export interface SeenAttempt {
  readonly id: string;
  readonly attempt: number;
}

export type ReplayResult =
  | { readonly kind: 'replayed'; readonly attempt: number }
  /** Somebody, perhaps the same person a moment ago, has replayed that attempt. */
  | { readonly kind: 'already'; readonly attempt: number }
  | { readonly kind: 'refused'; readonly because: string };

/**
 * Starts a delivery's next attempt, if it is still at the attempt that was seen: asking twice, by
 * one person or by two, is asking once.
 */
export async function replay(
  engine: Replayer,
  seen: SeenAttempt,
  order: ReplayOrder & { readonly by: string; readonly why: string },
): Promise<ReplayResult> {
  const delivery = await engine.store.delivery(seen.id);
  if (!delivery) return { kind: 'refused', because: 'there is no such delivery' };
  if (delivery.attempt > seen.attempt) return { kind: 'already', attempt: delivery.attempt };
  if (delivery.attempt < seen.attempt) return { kind: 'refused', because: 'no such attempt' };
  const [preview] = await previewReplay(engine, [delivery], order);
  if (!preview) return { kind: 'refused', because: 'its event is not there any more' };
  const { plan } = preview;
  if (plan.kind === 'refused') return plan;
  const { attempt } = plan.next;
  const reason = reasonFor(delivery, plan, wished(`attempt ${attempt}, replayed`, order));
  const isOurs = await engine.store.startAgain(seen.id, plan.next, { reason, atMs: engine.now() });
  if (!isOurs) return { kind: 'already', attempt };
  engine.log.info({ delivery: seen.id, attempt, judged: plan.judged }, 'delivery replayed');
  engine.changed(delivery.event);
  return { kind: 'replayed', attempt };
}

/** The earlier attempt's end stays on the timeline, with its run. */
function reasonFor(
  { run, attempt }: StoredDelivery,
  { judged, after }: Extract<ReplayPlan, { kind: 'replay' }>,
  asked: string,
): string {
  const before = run
    ? `attempt ${attempt}, run ${run.id}, ${after}`
    : `attempt ${attempt}, ${after}`;
  const request = judged === 'then' ? 'the request of then' : 'the request as the rule is now';
  return `${asked} (${before}; with ${request})`;
}
