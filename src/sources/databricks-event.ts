import { createHash } from 'node:crypto';

import { parseJson } from '../lib/json.ts';
import type { EventType } from '../model/event.ts';
import { type Meaning, meaningOf, Payload, Told } from './databricks-payload.ts';
import { isOwnComment, isOwnTag } from './databricks-report.ts';
import type { Received } from './source.ts';

/** Reads the body of a webhook call whose signature has been checked. */
export function readDatabricksEvent(source: string, body: Uint8Array): Received {
  const json = jsonIn(body);
  const read = Payload.safeParse(json);
  const told = read.success ? read : Told.safeParse(json);
  if (!told.success) return malformed(json === undefined ? ['JSON text'] : ['event']);
  const meaning = meaningOf(told.data.event);
  if (!meaning) return ignored(`there is no use for ${excerptOf(told.data.event)} here`);
  if (!read.success) return malformed(read.error.issues.map(({ path }) => String(path[0])));
  return received(source, meaning, read.data);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function jsonIn(body: Uint8Array): unknown {
  try {
    return parseJson(utf8.decode(body));
  } catch {
    return undefined;
  }
}

/** An event's name, fit for a log. */
function excerptOf(name: string): string {
  return name.replaceAll(/\W/g, '?');
}

function malformed(parts: readonly string[]): Received {
  return { kind: 'malformed', because: `the body has no usable ${[...new Set(parts)].join(', ')}` };
}

function ignored(because: string): Received {
  return { kind: 'ignored', because };
}

function received(source: string, { type, stage }: Meaning, payload: Payload): Received {
  const ours = ownDoing(type, payload);
  if (ours !== null) return ignored(ours);

  const version = type === 'model.created' ? '' : payload.version;
  const toStage = stage ?? payload.to_stage;
  if (version === undefined || version === null) return malformed(['version']);
  if (isAboutStage(type) && !toStage) return malformed(['to_stage']);

  const { model_name: model, event_timestamp: occurredAtMs } = payload;
  const detail = detailOf(type, toStage ?? '', payload);
  return {
    kind: 'event',
    event: {
      // Two webhooks, or the general and the special name of one event, tell of the same happening.
      identity: [source, type.split('.')[1], model, version, detail, occurredAtMs].join('|'),
      source,
      type,
      model,
      version,
      occurredAtMs,
      recovered: false,
      fields: fieldsOf(type, toStage ?? '', payload),
    },
  };
}

function isAboutStage(type: EventType): boolean {
  return type === 'model_version.stage_changed' || type === 'model_version.transition_requested';
}

/** Why an event is none: our own reports come back to us as events, and so do tests of the webhook. */
function ownDoing(type: EventType, { text, tags, comment }: Payload): string | null {
  if (/^Test of webhook \S+ for [A-Z_]+\.$/.test(text)) return 'it is a test of the webhook';
  if (type === 'model_version.tag_set' && tags?.length && tags.every(isOwnTag)) {
    return 'the tags are those of our own report';
  }
  const isOurs = type === 'model_version.commented' && isOwnComment(comment);
  return isOurs ? 'the comment is our own report' : null;
}

/** What tells two happenings of one type and moment apart. */
function detailOf(type: EventType, toStage: string, { tags, comment }: Payload): string {
  switch (type) {
    case 'model_version.stage_changed':
    case 'model_version.transition_requested':
      return toStage;
    case 'model_version.tag_set':
      return digest(JSON.stringify(tags ?? []));
    case 'model_version.commented':
      return digest(comment);
    case 'model.created':
    case 'model_version.created':
    case 'manual.requested':
      return '';
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function fieldsOf(type: EventType, toStage: string, payload: Payload): Record<string, string> {
  const { text, webhook_id, comment } = payload;
  const common = { text, webhook_id };
  switch (type) {
    case 'model_version.stage_changed':
      return { ...common, from_stage: payload.from_stage ?? '', to_stage: toStage };
    case 'model_version.transition_requested':
      return { ...common, to_stage: toStage, comment };
    case 'model_version.tag_set':
      return { ...common, tags: tagsAsText(payload) };
    case 'model_version.commented':
      return { ...common, comment };
    case 'model_version.created':
      return { ...common, run_id: payload.run_id ?? '' };
    case 'model.created':
    case 'manual.requested':
      return common;
  }
}

/** `{"validated":"true"}`: keys and values may hold any sign, and JSON keeps them apart. */
function tagsAsText({ tags }: Payload): string {
  const text = JSON.stringify(
    Object.fromEntries((tags ?? []).map(({ key, value }) => [key, value ?? ''])),
  );
  return text.slice(0, 4000).toWellFormed();
}
