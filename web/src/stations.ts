import type { DeliveryView, EventView, LineView } from '../../src/http/views.ts';
import { reportStation } from './report-station.ts';
import { evidenceStations, runStation } from './run-station.ts';
import { ahead, type Station } from './station.ts';
import { type Light, phaseLight, verdictLight, verdictMeaning } from './verdict.ts';

interface Way {
  readonly event: EventView;
  readonly delivery: DeliveryView;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly beganAt: string;
}

/**
 * The whole way of a delivery, also what is still ahead of it. `requires` is what its rule wants as
 * proof: `databricks_run`; null: nothing, or the rule is not there any more.
 */
export function stations(
  event: EventView,
  delivery: DeliveryView,
  requires: string | null,
): readonly Station[] {
  const lines = attemptLines(delivery.timeline);
  const over = delivery.verdict !== null;
  const endLine = lines.find(({ phase }) => phase === 'ended' || phase === 'dead');
  const way: Way = {
    event,
    delivery,
    beganAt: lines[0]?.at ?? delivery.created_at,
    startedAt: lines.find(({ phase }) => phase === 'running')?.at ?? null,
    endedAt: over ? (endLine?.at ?? delivery.ended_at) : null,
  };
  return [
    eventStation(way),
    deliveryStation(way),
    runStation(delivery, way.startedAt),
    ...evidenceStations(delivery, requires),
    verdictStation(way),
    reportStation(delivery),
  ];
}

/** The lines since the delivery was last put back to its start: a replay is a new attempt. */
export function attemptLines(lines: readonly LineView[]): readonly LineView[] {
  const start = lines.findLastIndex(
    ({ phase }, index) => phase === 'pending' && lines[index - 1]?.phase !== 'pending',
  );
  return lines.slice(Math.max(start, 0));
}

function eventStation({ event }: Way): Station {
  const word = event.recovered ? 'Found by comparing' : 'Received';
  return {
    key: 'event',
    kind: 'event',
    title: 'Event',
    detail: '',
    light: { tone: 'plain', sign: 'passed', word },
    at: event.received_at,
    span: null,
    url: null,
    note: event.recovered
      ? 'No webhook told of it: the comparison with the registry found it.'
      : `Stored when ${event.source} told of it.`,
  };
}

function deliveryStation({ delivery, beganAt, startedAt, endedAt }: Way): Station {
  const isStarted = startedAt !== null;
  const light: Light = isStarted
    ? { tone: 'plain', sign: 'passed', word: 'Started a run' }
    : phaseLight(delivery.phase);
  return {
    key: 'delivery',
    kind: 'delivery',
    title: 'Delivery',
    detail: delivery.attempt > 1 ? `attempt ${delivery.attempt}` : '',
    light,
    at: beganAt,
    span: { from: beganAt, to: startedAt ?? endedAt, suffix: '' },
    url: null,
    note: `The rule ${delivery.rule} asked for a run at ${delivery.target}.`,
  };
}

function verdictStation({ event, delivery, endedAt }: Way): Station {
  if (delivery.verdict === null) return ahead('verdict', 'Verdict', 'Not yet');
  return {
    ...ahead('verdict', 'Verdict', ''),
    light: verdictLight(delivery.verdict),
    at: endedAt,
    span: { from: event.received_at, to: endedAt, suffix: ' in all' },
    note: verdictMeaning(delivery.verdict),
  };
}
