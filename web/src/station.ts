import type { Light } from './verdict.ts';

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

/** A station that has not been reached, or never will be. */
export function ahead(kind: Station['kind'], title: string, word: string): Station {
  const light: Light = { tone: 'plain', sign: 'ahead', word };
  return { key: kind, kind, title, detail: '', light, at: null, span: null, url: null, note: '' };
}

/** With a capital letter, as a line begins. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
