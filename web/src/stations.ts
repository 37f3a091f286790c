import type {
  DeliveryView,
  EventView,
  LineView,
  ReportView,
  RunView,
} from '../../src/http/views.ts';
import {
  type Light,
  phaseLight,
  reportLight,
  runLight,
  verdictLight,
  verdictMeaning,
} from './verdict.ts';

/** One stop on the way of a delivery, from the event to the report. */
export interface Station {
  readonly key: string;
  readonly kind: 'event' | 'delivery' | 'run' | 'evidence' | 'verdict' | 'report';
  readonly title: string;
  /** What tells this one from others of its kind: a run's id. */
  readonly detail: string;
  readonly light: Light;
  /** When it began, ISO 8601; null: it has not. */
  readonly at: string | null;
  /** How long it took, or takes: `to` is null while it goes on. */
  readonly span: Span | null;
  readonly url: string | null;
  /** A sentence for whoever points at it. */
  readonly note: string;
}

export interface Span {
  readonly from: string;
  readonly to: string | null;
  /** What stands after the duration: `4 min in all`. */
  readonly suffix: string;
}

interface Way {
  readonly event: EventView;
  readonly delivery: DeliveryView;
  /** What the delivery's rule requires as proof: `databricks_run`; null: nothing, or unknown. */
  readonly requires: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly beganAt: string;
}

/** The whole way of a delivery, also what is still ahead of it. */
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
    requires,
    beganAt: lines[0]?.at ?? delivery.created_at,
    startedAt: lines.find(({ phase }) => phase === 'running')?.at ?? null,
    endedAt: over ? (endLine?.at ?? delivery.ended_at) : null,
  };
  return [
    eventStation(way),
    deliveryStation(way),
    runStation(way),
    ...evidenceStations(way),
    verdictStation(way),
    ...reportStations(way),
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

function runStation(way: Way): Station {
  const { delivery, startedAt } = way;
  if (delivery.run) {
    const seen = runSeen(delivery.run, way);
    return {
      ...seen,
      key: 'run',
      kind: 'run',
      at: seen.at ?? startedAt,
    };
  }
  const word = delivery.verdict === null ? 'Not started yet' : 'Never started';
  return ahead('run', `Run at ${delivery.target}`, word);
}

function evidenceStations(way: Way): readonly Station[] {
  const { delivery, requires } = way;
  if (delivery.evidence.length > 0) {
    return delivery.evidence.map((run, index) => ({
      ...runSeen(run, way),
      key: `evidence ${index}`,
      kind: 'evidence',
    }));
  }
  if (requires === null) return [];
  const title = requirementTitle(requires);
  if (delivery.verdict === 'unproven') {
    const light: Light = { tone: 'amber', sign: 'question', word: 'None found' };
    return [{ ...ahead('evidence', title, ''), light, note: verdictMeaning('unproven') }];
  }
  return [ahead('evidence', title, delivery.verdict === null ? 'Not seen yet' : 'None seen')];
}

function runSeen(run: RunView, { delivery }: Way): Omit<Station, 'key' | 'kind'> {
  const isGoing = run.status === 'running' || run.status === 'started';
  const isOutOfSight = isGoing && delivery.verdict !== null;
  return {
    title: systemTitle(run.system),
    detail: run.id,
    light: isOutOfSight ? outOfSight : runLight(run.status),
    at: run.started_at,
    span: isOutOfSight ? null : spanOf(run, isGoing),
    url: run.url,
    note: run.reason,
  };
}

const outOfSight: Light = { tone: 'purple', sign: 'break', word: 'Running when last seen' };

/** Of a run that began or ended at an unknown time, no duration can be told. */
function spanOf({ started_at: from, ended_at: to }: RunView, isGoing: boolean): Span | null {
  if (from === null || (to === null && !isGoing)) return null;
  return { from, to, suffix: '' };
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

function reportStations({ delivery }: Way): readonly Station[] {
  const { reports, verdict } = delivery;
  if (reports.length > 0) return reports.map(reportStation);
  return [ahead('report', 'Report', verdict === null ? 'Not yet' : 'None asked for')];
}

function reportStation(report: ReportView): Station {
  const light = reportLight(report.state);
  return {
    ...ahead('report', 'Report', ''),
    key: `report ${report.form}`,
    light: { ...light, word: capital(`${report.form} ${light.word}`) },
    at: report.at,
    note: report.reason,
  };
}

function ahead(kind: Station['kind'], title: string, word: string): Station {
  const light: Light = { tone: 'plain', sign: 'ahead', word };
  return { key: kind, kind, title, detail: '', light, at: null, span: null, url: null, note: '' };
}

/** What a run of that system is called: `Pipeline run`. */
export function systemTitle(system: string): string {
  if (system === 'azure-pipelines') return 'Pipeline run';
  if (system === 'databricks') return 'Databricks run';
  return 'Run';
}

function requirementTitle(requires: string): string {
  return capital(requires.replaceAll('_', ' '));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
