import type { Delivery, Phase, Transition } from '../model/delivery.ts';
import type { Event } from '../model/event.ts';
import type { Observation, Part, RunState, Verdict } from '../model/outcome.ts';
import { adviceFor, type Remedy, remediesFor } from '../model/remedy.ts';
import type { Wish } from '../model/wish.ts';
import type { EarlierAttempt } from '../store/asking.ts';
import type { ReportRecord, ReportState, StoredDelivery } from '../store/store.ts';
import { iso } from './iso.ts';
import type { SourceView, TargetView } from './side-views.ts';

/** What the API answers; the pages and the command line read these and nothing else. */
export interface EventView {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly model: string;
  readonly version: string;
  /** ISO 8601, as every time below. */
  readonly occurred_at: string;
  readonly received_at: string;
  readonly recovered: boolean;
  readonly fields: Readonly<Record<string, string>>;
  readonly deliveries: readonly DeliveryView[];
}

export interface DeliveryView {
  readonly id: string;
  readonly event: string;
  readonly rule: string;
  readonly target: string;
  readonly phase: Phase;
  readonly verdict: Verdict | null;
  readonly reason: string;
  readonly attempt: number;
  readonly key: string;
  readonly request: unknown;
  readonly run: RunView | null;
  readonly evidence: readonly RunView[];
  readonly timeline: readonly LineView[];
  readonly reports: readonly ReportView[];
  readonly created_at: string;
  readonly ended_at: string | null;
  /** The attempts before this one, oldest first. */
  readonly earlier: readonly EarlierView[];
  /** Who asked to cancel it; null: nobody. */
  readonly cancel: WishView | null;
  /** Who has put it aside as a dead letter; null: nobody. */
  readonly dismissed: WishView | null;
  /** What a person may do with it now. */
  readonly remedies: readonly Remedy[];
  /** What to do about it, in a sentence or two; null: nothing. */
  readonly advice: string | null;
}

/** What a person asked for; the name is the one they gave. */
export interface WishView {
  readonly by: string;
  readonly why: string;
  readonly at: string;
}

/** An attempt that a replay has followed. */
export interface EarlierView {
  readonly attempt: number;
  readonly key: string;
  readonly target: string;
  readonly request: unknown;
  readonly run: { readonly id: string; readonly url: string } | null;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly ended_at: string;
}

/** A delivery with what it is about. */
export interface ListedView extends DeliveryView {
  readonly model: string;
  readonly version: string;
}

export interface DeliveryPage {
  readonly deliveries: readonly ListedView[];
  /** What to give as `cursor` for the next page; null: this is the last. */
  readonly next: string | null;
}

export interface EventPage {
  readonly events: readonly EventView[];
  /** As above. */
  readonly next: string | null;
}

export interface RunView {
  readonly system: string;
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** `running`, or how it ended. */
  readonly status: string;
  readonly reason: string;
  readonly actor: string | null;
  readonly commit: string | null;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly found_by: string;
  readonly parts: readonly PartView[];
}

export interface PartView {
  readonly name: string;
  readonly status: string;
  readonly reason: string;
  readonly error: string | null;
}

export interface LineView {
  readonly at: string;
  readonly phase: Phase;
  readonly reason: string;
}

export interface ReportView {
  readonly form: string;
  readonly state: ReportState;
  readonly at: string;
  readonly reason: string;
}

export interface StatusView {
  readonly sources: readonly SourceView[];
  readonly targets: readonly TargetView[];
  readonly rules: readonly RuleView[];
  /** How many dead letters wait for a person. */
  readonly dead_letters: number;
  /** Where links into a sandbox are opened instead: `http://127.0.0.1:4402`; null: as they are. */
  readonly browse: string | null;
}

export interface RuleView {
  readonly name: string;
  readonly on: readonly string[];
  readonly when: string | null;
  readonly target: string;
  readonly require: string | null;
  readonly report: readonly string[];
}

/** An event with everything that came of it. */
export function eventView(event: Event, deliveries: readonly DeliveryView[]): EventView {
  return {
    id: event.id,
    type: event.type,
    source: event.source,
    model: event.model,
    version: event.version,
    occurred_at: iso(event.occurredAtMs),
    received_at: iso(event.receivedAtMs),
    recovered: event.recovered,
    fields: event.fields,
    deliveries,
  };
}

interface Beside {
  readonly transitions: readonly Transition[];
  readonly reports: readonly ReportRecord[];
  readonly earlier: readonly EarlierAttempt[];
}

/** A delivery with all that is told of it. */
export function deliveryView(
  delivery: StoredDelivery,
  { transitions, reports, earlier }: Beside,
): DeliveryView {
  const isOver = delivery.verdict !== null;
  const end = transitions.findLast(({ phase }) => phase === 'ended' || phase === 'dead');
  return {
    id: delivery.id,
    event: delivery.event,
    rule: delivery.rule,
    target: delivery.target,
    phase: delivery.phase,
    verdict: delivery.verdict,
    reason: delivery.reason,
    attempt: delivery.attempt,
    key: delivery.key,
    request: delivery.request,
    run: delivery.seen?.run ? runView(delivery.seen.run) : unseenRun(delivery),
    evidence: (delivery.seen?.evidence ?? []).map(runView),
    timeline: transitions.map(({ atMs, phase, reason }) => ({ at: iso(atMs), phase, reason })),
    reports: reports.map(({ form, state, atMs, reason }) => ({
      form,
      state,
      at: iso(atMs),
      reason,
    })),
    created_at: iso(delivery.createdAtMs),
    ended_at: isOver && end ? iso(end.atMs) : null,
    earlier: earlier.map(earlierView),
    cancel: delivery.cancel && wishView(delivery.cancel),
    dismissed: delivery.dismissed && wishView(delivery.dismissed),
    remedies: remediesFor(delivery),
    advice: adviceFor(delivery),
  };
}

function earlierView({ run, endedAtMs, delivery: _of, ...attempt }: EarlierAttempt): EarlierView {
  return { ...attempt, run: run && { id: run.id, url: run.url }, ended_at: iso(endedAtMs) };
}

function wishView({ by, why, atMs }: Wish): WishView {
  return { by, why, at: iso(atMs) };
}

/** A run that has been started and not yet been looked at. */
function unseenRun({ run, target }: Delivery): RunView | null {
  if (!run) return null;
  return {
    system: target,
    id: run.id,
    name: '',
    url: run.url,
    status: 'started',
    reason: '',
    actor: null,
    commit: null,
    started_at: null,
    ended_at: null,
    found_by: 'start',
    parts: [],
  };
}

function runView(run: Observation): RunView {
  return {
    system: run.system,
    id: run.id,
    name: run.name,
    url: run.url,
    ...stateView(run.state),
    actor: run.actor,
    commit: run.commit,
    started_at: run.startedAtMs === null ? null : iso(run.startedAtMs),
    ended_at: run.endedAtMs === null ? null : iso(run.endedAtMs),
    found_by: run.foundBy,
    parts: run.parts.map(partView),
  };
}

function partView({ name, state, error }: Part): PartView {
  return { name, ...stateView(state), error };
}

function stateView(state: RunState): { readonly status: string; readonly reason: string } {
  return state.kind === 'running'
    ? { status: 'running', reason: state.status }
    : { status: state.verdict, reason: state.reason };
}
