import type { Phase } from './delivery.ts';
import type { Verdict } from './outcome.ts';
import type { Wish } from './wish.ts';

/** What a person may do with a delivery. `replay_lost`: its run may be going on, so say so. */
export type Remedy = 'replay' | 'replay_lost' | 'cancel' | 'dismiss';

interface Stand {
  readonly phase: Phase;
  readonly verdict: Verdict | null;
  readonly dismissed: Wish | null;
}

/** What may be done with a delivery as it stands, the most likely first. */
export function remediesFor({ phase, verdict, dismissed }: Stand): readonly Remedy[] {
  if (verdict === null) return ['cancel'];
  const replay = verdict === 'lost' ? 'replay_lost' : 'replay';
  return phase === 'dead' && dismissed === null ? [replay, 'dismiss'] : [replay];
}

/** What to do about an ending that is none to be pleased with; null: nothing has to be done. */
export function adviceFor({ phase, verdict, dismissed }: Stand): string | null {
  if (dismissed !== null) return null;
  if (verdict === 'refused') {
    return 'Grant what the reason says is missing, or renew the secret; then replay it.';
  }
  if (verdict === 'lost') {
    return 'Look at its run there. Only when that is over or was never made, replay it, with the word that it was lost.';
  }
  if (phase === 'dead') {
    return 'Put right what the reason says; then replay it, or dismiss it if it is not wanted any more.';
  }
  return null;
}
