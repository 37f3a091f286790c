import type { Engine } from '../engine/engine.ts';
import { whyWaiting } from '../model/why-waiting.ts';
import type { StoredDelivery, TargetState } from '../store/store.ts';
import { iso } from './iso.ts';
import type { TargetView } from './side-views.ts';

/** What it takes to show something. */
export type Looking = Pick<Engine, 'store' | 'terms' | 'targets' | 'now'>;

/** The configured targets, as all processes know them. */
export async function targetViews(engine: Looking): Promise<TargetView[]> {
  const states = await engine.store.targetStates();
  return [...engine.targets.keys()].map((name) => {
    const state = states.find((one) => one.name === name);
    const { concurrent, startsPerMinute } = engine.terms(name).limits;
    return {
      name,
      under_way: state?.underWay ?? 0,
      limits: { concurrent, starts_per_minute: startsPerMinute },
      waits: state ? whyWaiting(state, engine.terms(name).limits, engine.now()) : null,
      failing: state ? failing(state) : null,
    };
  });
}

function failing({ breaker }: TargetState): TargetView['failing'] {
  const { failures, openings, openSinceMs, probeAtMs, reason } = breaker;
  if (failures === 0) return null;
  const isLeftAlone = openings > 0;
  return {
    failures,
    reason,
    left_alone_since: isLeftAlone ? iso(openSinceMs) : null,
    tried_again_at: isLeftAlone ? iso(probeAtMs) : null,
  };
}

/** What deliveries wait for that have not begun, by their target: true of all of them at once. */
export async function whyTheyWait(
  engine: Looking,
  deliveries: readonly StoredDelivery[],
): Promise<ReadonlyMap<string, string | null>> {
  if (!deliveries.some(({ phase }) => phase === 'pending')) return new Map();
  const views = await targetViews(engine);
  return new Map(views.map(({ name, waits }) => [name, waits]));
}
