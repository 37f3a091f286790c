import type { Notice } from '../targets/target.ts';
import type { Engine } from './engine.ts';

export type Told =
  | { readonly kind: 'due'; readonly deliveries: number }
  | { readonly kind: 'ignored'; readonly because: string }
  | { readonly kind: 'refused'; readonly because: string }
  | { readonly kind: 'malformed'; readonly because: string }
  | { readonly kind: 'unknown_target' };

/**
 * Takes a target's word that something has become of a run for a reason to look at it now.
 *
 * It is no more than that: what has become of the run is for its target to answer when we ask, so
 * that a forged call does no harm and a lost one costs no more than the time until the next look.
 * @throws whatever the store throws: then whoever calls may call again
 */
export async function beTold(
  engine: Pick<Engine, 'store' | 'targets' | 'log'>,
  name: string,
  notice: Notice,
): Promise<Told> {
  const target = engine.targets.get(name);
  if (!target?.hear) return { kind: 'unknown_target' };
  const heard = target.hear(notice);
  switch (heard.kind) {
    case 'run':
      return {
        kind: 'due',
        deliveries: await engine.store.hasten({ target: name, run: heard.id }),
      };
    case 'ignored':
      return heard;
    case 'refused':
    case 'malformed':
      engine.log.warn({ target: name, reason: heard.because }, 'notice turned away');
      return heard;
  }
}
