import type { Event, EventType } from './event.ts';
import type { WhenBusy } from './one-at-a-time.ts';
import type { ReportForm } from './report.ts';
import { shortKey } from './short-key.ts';

/** When this happens, that is to run; compiled from the configuration and known to be right. */
export interface Rule {
  readonly name: string;
  readonly on: readonly EventType[];
  /** The condition with its text; null: every event of those types. */
  readonly when: Condition | null;
  /** Name of a configured target. */
  readonly target: string;
  /** The rule's `run` with its expressions evaluated. @throws whatever an expression throws */
  readonly request: (event: Event) => unknown;
  readonly oneAtATime: ((event: Event) => string) | null;
  /** What becomes of a delivery whose key is taken. */
  readonly whenBusy: WhenBusy;
  /** What beside a green run counts as proof; null: nothing. */
  readonly require: Requirement | null;
  readonly report: readonly ReportForm[];
}

export interface Condition {
  readonly text: string;
  readonly holds: (event: Event) => boolean;
}

/** A kind of proof, and the source in which it is looked for: `databricks_run` in `prod-registry`. */
export interface Requirement {
  readonly type: string;
  readonly source: string;
}

/** A judgement brings its reason: `signalbox explain` and the dashboard show it as it is. */
export type Judgement =
  | {
      readonly kind: 'matched';
      readonly request: unknown;
      readonly oneAtATime: string | null;
    }
  | { readonly kind: 'unmatched'; readonly because: string }
  /** The event calls for a run, but the rule cannot say which: a dead letter. */
  | { readonly kind: 'broken'; readonly because: string };

/** Decides whether an event calls for a rule's run, and with which request. */
export function judge(rule: Rule, event: Event): Judgement {
  if (!rule.on.includes(event.type)) {
    return {
      kind: 'unmatched',
      because: `it is ${event.type}, the rule is on ${rule.on.join(', ')}`,
    };
  }
  try {
    if (rule.when && !rule.when.holds(event)) {
      return { kind: 'unmatched', because: `not true: ${rule.when.text}` };
    }
    const oneAtATime = rule.oneAtATime ? shortKey(`${rule.name}:${rule.oneAtATime(event)}`) : null;
    return { kind: 'matched', request: rule.request(event), oneAtATime };
  } catch (error) {
    return { kind: 'broken', because: error instanceof Error ? error.message : String(error) };
  }
}
