/** A past of a store: what a service leaves behind that has been running for long. */
export interface History {
  readonly deliveries: number;
  readonly nowMs: number;
}

/** How a database counts; `i` is the number of an event. */
export interface Counting {
  readonly from: number;
  readonly to: number;
  /** `generate_series(1, 5) as n (i)`, or what does the same. */
  readonly series: (from: number, to: number) => string;
}

export const DELIVERIES_OF_EVENT = 2;
const APART_MS = 100;

/**
 * The statements that make a part of the past: events, each with two deliveries that are over and a
 * line of a timeline. Times and ids go up, as they did when it happened; texts are short, so that
 * ten millions fit on the disk of a small machine.
 */
export function historyStatements(
  { deliveries, nowMs }: History,
  { from, to, series }: Counting,
): readonly string[] {
  const events = deliveries / DELIVERIES_OF_EVENT;
  const atMs = `(${nowMs - (events + 1) * APART_MS} + i * ${APART_MS})`;
  const event = `'evt_' || ${padded('i')}`;
  const delivery = `'dlv_' || ${padded(`(i * ${DELIVERIES_OF_EVENT} + j)`)}`;
  const model = `'wine-model-' || (i % 50)`;
  return [
    `insert into events (id, identity, told_at_ms, source, type, model, version, occurred_at_ms,
       received_at_ms, recovered, fields)
     select ${event}, 'registry|stage_changed|' || ${model} || '|' || i || '|Production|' || ${atMs},
       ${atMs}, 'registry', 'model_version.stage_changed', ${model}, cast(i as text), ${atMs},
       ${atMs}, 0, '{"to_stage":"Production"}'
     from ${series(from, to)}`,
    `insert into deliveries (id, event, rule, target, phase, attempt, key, request, reports, tries,
       intended_at_ms, since_ms, due_at_ms, created_at_ms, verdict, reason)
     select ${delivery}, ${event}, 'rule-' || j, 'devops', 'reported', 1,
       'key-of-' || ${delivery}, '{"pipeline":1}', '[]', 0, ${atMs}, ${atMs}, ${atMs}, ${atMs},
       'succeeded', 'answered'
     from ${series(from, to)}, (select 0 as j union all select 1) as two
     order by i, j`,
    `insert into transitions (delivery, at_ms, phase, reason)
     select 'dlv_' || ${padded(`(i * ${DELIVERIES_OF_EVENT})`)}, ${atMs}, 'reported', 'answered'
     from ${series(from, to)}`,
  ];
}

/** The same in both databases: twelve digits. */
function padded(number: string): string {
  return `substr(cast(1000000000000 + ${number} as text), 2)`;
}
