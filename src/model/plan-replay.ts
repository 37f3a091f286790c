import type { Delivery } from './delivery.ts';
import type { Event } from './event.ts';
import type { WhenBusy } from './one-at-a-time.ts';
import type { Verdict } from './outcome.ts';
import { remediesFor } from './remedy.ts';
import type { ReportForm } from './report.ts';
import { judge, type Requirement, type Rule } from './rule.ts';
import { startKey } from './start-key.ts';
import type { Wish } from './wish.ts';

/**
 * With which request a replay starts: the one that was judged `then`, when the event came, or
 * one that is judged `now`, by the rule as it is in the configuration.
 */
export type JudgedWhen = 'then' | 'now';

export interface ReplayOrder {
  readonly judged: JudgedWhen;
  /** The person knows that the run of a lost one may be going on. */
  readonly evenLost: boolean;
}

/** All that is new about the next attempt of a delivery. */
export interface NextAttempt {
  readonly attempt: number;
  readonly key: string;
  readonly target: string;
  readonly request: unknown;
  readonly oneAtATime: string | null;
  readonly whenBusy: WhenBusy;
  readonly requirement: Requirement | null;
  readonly reports: readonly ReportForm[];
}

/** What a replay would do; or why it will not be done. */
export type ReplayPlan =
  | {
      readonly kind: 'replay';
      readonly next: NextAttempt;
      readonly judged: JudgedWhen;
      readonly after: Verdict;
      /** What the present rule would say, where that is something else; '' where it is the same. */
      readonly differs: string;
    }
  | { readonly kind: 'refused'; readonly because: string };

interface Replayed {
  readonly delivery: Delivery & { readonly dismissed: Wish | null };
  readonly event: Event;
  /** The rule of that name as it is now; null: there is none any more. */
  readonly rule: Rule | null;
  readonly isTarget: (name: string) => boolean;
}

/**
 * Decides what a replay of a delivery starts.
 *
 * As a rule the request as it was judged when the event came: that is what was agreed on then, and
 * what the person sees in the preview. A rule that could not be evaluated has left no request, so
 * there it is judged anew.
 */
export function planReplay(replayed: Replayed, { judged, evenLost }: ReplayOrder): ReplayPlan {
  const { delivery, isTarget } = replayed;
  const { verdict } = delivery;
  const remedies = remediesFor(delivery);
  if (verdict === null || remedies.includes('cancel')) return refused('it is still under way');
  if (remedies.includes('replay_lost') && !evenLost) {
    return refused('contact with its run was lost: the run may be going on');
  }
  const present = judgedNow(replayed);
  const isBroken = delivery.request === null;
  if (judged === 'now' || isBroken) {
    if (present.kind === 'not') return refused(present.because);
    const { kind: _kind, ...terms } = present;
    if (!isTarget(terms.target)) return refused(noTarget(terms.target));
    return {
      kind: 'replay',
      next: next(replayed, terms),
      judged: 'now',
      after: verdict,
      differs: '',
    };
  }
  if (!isTarget(delivery.target)) return refused(noTarget(delivery.target));
  const differs = differenceOf(delivery, present);
  return {
    kind: 'replay',
    next: next(replayed, delivery),
    judged: 'then',
    after: verdict,
    differs,
  };
}

type Terms = Omit<NextAttempt, 'attempt' | 'key'>;
type Present =
  | (Terms & { readonly kind: 'terms' })
  | { readonly kind: 'not'; readonly because: string };

function judgedNow({ delivery, event, rule }: Replayed): Present {
  if (!rule) return not(`there is no rule ${delivery.rule} any more`);
  const judgement = judge(rule, event);
  if (judgement.kind === 'broken') return not(`the rule cannot be evaluated: ${judgement.because}`);
  if (judgement.kind === 'unmatched') {
    return not(`the rule does not match any more: ${judgement.because}`);
  }
  return {
    kind: 'terms',
    target: rule.target,
    request: judgement.request,
    oneAtATime: judgement.oneAtATime,
    whenBusy: rule.whenBusy,
    requirement: rule.require,
    reports: event.model === '' ? [] : rule.report,
  };
}

function next({ delivery, event }: Replayed, terms: Terms): NextAttempt {
  const attempt = delivery.attempt + 1;
  const { target, request, oneAtATime, whenBusy, requirement, reports } = terms;
  const key = startKey({ identity: event.identity, rule: delivery.rule, target, attempt });
  return { attempt, key, target, request, oneAtATime, whenBusy, requirement, reports };
}

function differenceOf(delivery: Delivery, present: Present): string {
  if (present.kind === 'not') return present.because;
  const isSame =
    present.target === delivery.target &&
    JSON.stringify(present.request) === JSON.stringify(delivery.request);
  return isSame ? '' : 'the rule would ask for another request now';
}

function noTarget(name: string): string {
  return `no target is called ${name} any more`;
}

function not(because: string) {
  return { kind: 'not', because } as const;
}

function refused(because: string) {
  return { kind: 'refused', because } as const;
}
