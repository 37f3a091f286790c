import type { Declarations, Variables } from '../lib/cel.ts';
import { type Event, type EventType, eventFields } from '../model/event.ts';

const COMMON = {
  id: 'string',
  type: 'string',
  source: 'string',
  model: 'string',
  version: 'string',
  occurred_at_ms: 'int',
  recovered: 'bool',
} as const;

/** What a rule on these types of event may write: the fields that all of them have. */
export function declarationsFor(types: readonly EventType[]): Declarations {
  const [first, ...others] = types;
  const names: readonly string[] = first ? eventFields[first] : [];
  const shared = names.filter((name) =>
    others.every((type) => eventFields[type].some((field) => field === name)),
  );
  return { event: { ...COMMON, ...Object.fromEntries(shared.map((name) => [name, 'string'])) } };
}

let last: { readonly event: Event; readonly variables: Variables } | null = null;

/** An event as expressions see it: every declared field is there, empty where nothing is known. */
export function variablesOf(event: Event): Variables {
  // Every expression of every rule asks for the same ones, one after the other.
  if (last?.event !== event) last = { event, variables: newVariablesOf(event) };
  return last.variables;
}

function newVariablesOf(event: Event): Variables {
  const names = eventFields[event.type];
  return {
    event: {
      ...Object.fromEntries(names.map((name) => [name, event.fields[name] ?? ''])),
      id: event.id,
      type: event.type,
      source: event.source,
      model: event.model,
      version: event.version,
      occurred_at_ms: BigInt(Math.trunc(event.occurredAtMs)),
      recovered: event.recovered,
    },
  };
}
