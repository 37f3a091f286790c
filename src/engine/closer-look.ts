import type { Observation } from '../model/outcome.ts';
import type { StoredDelivery } from '../store/store.ts';
import type { Engine } from './engine.ts';

/** A run as it stands, with the evidence that the rule requires beside it. */
export interface Sight {
  readonly run: Observation;
  readonly evidence: readonly Observation[];
}

/**
 * Looks at one run with all there is to it: what a verdict is made from.
 * @throws whatever its target, or the source of the evidence, throws
 */
export async function look(
  engine: Engine,
  delivery: StoredDelivery,
  limit: AbortSignal,
): Promise<Sight> {
  const target = engine.targets.get(delivery.target);
  const { run } = delivery;
  if (!target || !run) throw new Error(`no target is called ${delivery.target} any more`);
  const observed = await target.check(run, limit);
  // Reading what a run printed is dear, and it may have printed half a line: not before its end.
  const isOver = observed.state.kind === 'ended';
  const output = async () => (isOver ? await target.output(run, limit) : '');
  return { run: observed, evidence: await evidenceOf(engine, delivery, { output, limit }) };
}

async function evidenceOf(
  engine: Engine,
  delivery: StoredDelivery,
  { output, limit }: { readonly output: () => Promise<string>; readonly limit: AbortSignal },
): Promise<readonly Observation[]> {
  const { requirement } = delivery;
  if (!requirement) return [];
  const proof = engine.proof(requirement);
  if (!proof) throw new Error(`no source is called ${requirement.source} any more`);
  return await proof.collect(
    {
      key: delivery.key,
      intendedAtMs: delivery.intendedAtMs ?? delivery.createdAtMs,
      output,
    },
    limit,
  );
}
