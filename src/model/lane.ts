import { shortKey } from './short-key.ts';

/**
 * Whose turn a delivery takes: rules, and the models of a rule, take turns at a target, so that the
 * one that brings fifty thousand deliveries waits for itself and not the others for it.
 */
export function laneOf({ rule, model }: { readonly rule: string; readonly model: string }): string {
  return shortKey(`${rule}:${model}`);
}

/** Starts that are tried again take turns of their own: behind their lane's queue they would be last. */
export function laneOfRetries(lane: string): string {
  return lane.endsWith(AGAIN) ? lane : `${lane}${AGAIN}`;
}

const AGAIN = ' (again)';
