import type { Phase, StartedRun } from '../model/delivery.ts';
import type { Verdict } from '../model/outcome.ts';
import type { Wish } from '../model/wish.ts';

export interface CancelRequest {
  readonly id: string;
  /** The attempt that was to be canceled; null: whichever there is. */
  readonly attempt: number | null;
  readonly wish: Wish;
  /** Said on the timeline if it ends by it, and if it does not yet. */
  readonly reasons: { readonly ended: string; readonly wished: string };
}

export type CancelAnswer =
  | { readonly kind: 'unknown' }
  /** Nothing was started, and nothing will be. */
  | { readonly kind: 'canceled'; readonly event: string }
  /** Its run will be asked to stop, or to be found first. */
  | { readonly kind: 'asked'; readonly event: string }
  /** Over already, or at another attempt. */
  | { readonly kind: 'over' };

export interface SavedCancel {
  /** When to ask again; null: never. */
  readonly againAtMs: number | null;
  readonly say: string;
  readonly atMs: number;
}

/** All that is given must hold. */
export interface DeliveryFilter {
  readonly phase?: Phase;
  readonly verdict?: Verdict;
  readonly rule?: string;
  readonly target?: string;
  readonly model?: string;
  /** Not created before this. */
  readonly sinceMs?: number;
  /** Dead letters that nobody has put aside. */
  readonly isDead?: boolean;
}

export interface Page {
  readonly limit: number;
  /** What the page before gave as `next`. */
  readonly before?: string;
}

/** An attempt that a replay has put an end to. */
export interface EarlierAttempt {
  readonly delivery: string;
  readonly attempt: number;
  readonly key: string;
  readonly target: string;
  readonly request: unknown;
  readonly run: StartedRun | null;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly endedAtMs: number;
}

export interface KeyClaim {
  readonly key: string;
  readonly run: string;
  readonly atMs: number;
}

export type KeyClaimed =
  | {
      readonly kind: 'won';
      readonly delivery: string;
      readonly attempt: number;
      readonly event: string;
    }
  /** Another run has it. */
  | { readonly kind: 'lost'; readonly run: string }
  /** No attempt that is under way has this key. */
  | { readonly kind: 'over' };
