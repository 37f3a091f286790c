import type { Event } from '../model/event.ts';
import { type Script, sql } from './statement.ts';

/**
 * The event that is the same change as this one, told in another way; null: it is new, or has the
 * identity of one that is there.
 */
export function* toldBefore(event: Event): Script<string | null> {
  if (event.type !== 'model_version.stage_changed') return null;
  return event.recovered ? yield* toldSince(event) : yield* recoveredBefore(event);
}

/**
 * The event that the comparison with the registry has made of a change whose webhook comes late.
 *
 * The webhook tells it with the sender's time, the comparison with the registry's: they need not
 * be the same.
 */
function* recoveredBefore(event: Event): Script<string | null> {
  const rows = yield sql`select id, fields, occurred_at_ms from events
    where source = ${event.source} and model = ${event.model} and version = ${event.version}
    and recovered = 1 and received_at_ms >= ${event.occurredAtMs} order by occurred_at_ms, id`;
  for (const row of rows) {
    const isSameStage = toStageIn(row['fields']) === event.fields['to_stage'];
    if (!isSameStage || (yield* hasMovedSince(event, Number(row['occurred_at_ms'])))) continue;
    return String(row['id']);
  }
  return null;
}

/** Whether the version is known to have stood elsewhere between the two: then they are two changes. */
function* hasMovedSince(event: Event, laterMs: number): Script<boolean> {
  const between = yield sql`select fields from events
    where source = ${event.source} and told_at_ms > ${event.occurredAtMs} and told_at_ms < ${laterMs}
    and model = ${event.model} and version = ${event.version}
    and type = 'model_version.stage_changed'`;
  return between.some((row) => toStageIn(row['fields']) !== event.fields['to_stage']);
}

function toStageIn(json: unknown): unknown {
  const fields: unknown = JSON.parse(String(json));
  return typeof fields === 'object' && fields && 'to_stage' in fields ? fields.to_stage : null;
}

/** What a webhook has told of the version since the comparison looked: that may be the same change. */
function* toldSince({ source, model, version, fields }: Event): Script<string | null> {
  const [told] = yield sql`select e.id from standings s
    join events e on e.source = s.source and e.told_at_ms = s.changed_at_ms
      and e.model = s.model and e.version = s.version
    where s.source = ${source} and s.model = ${model} and s.version = ${version}
    and s.stage <> ${fields['from_stage'] ?? ''} limit 1`;
  return told ? String(told['id']) : null;
}
