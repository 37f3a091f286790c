import { redact } from './redact.ts';
import type { HiddenValues } from './tools.ts';

/** Enough for a long demonstration; the oldest go first. */
const KEPT = 10_000;

/** Of bodies, as JSON: in memory they take a few times that. */
const KEPT_BYTES = 16 * 1024 * 1024;

/** One request, and what became of it. Secrets are already stars. */
export interface JournalEntry {
  readonly seq: number;
  /** `in`: a client's to a service; `out`: one that a service made of its own accord. */
  readonly direction: 'in' | 'out';
  /** The sandbox's clock, when the request arrived. */
  readonly atMs: number;
  readonly tookMs: number;
  /** The service asked, or the sender; null: no service is called so. */
  readonly service: string | null;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** null: the connection was dropped, or nobody answered. */
  readonly status: number | null;
  readonly principal: string | null;
  /** The pattern of the action that answered; null: none did. */
  readonly action: string | null;
  /** The fault that was in the way, by its id. */
  readonly fault: string | null;
  /** The body, if it was JSON or a form; null otherwise. */
  readonly request: unknown;
  readonly response: unknown;
}

export interface Journal {
  add(entry: Omit<JournalEntry, 'seq'>): void;
  /** What came after this entry, oldest first. */
  since(seq: number): readonly JournalEntry[];
  /** Hears each new entry, until the returned function is called. */
  subscribe(hear: (entry: JournalEntry) => void): () => void;
}

/** An empty journal, which shows none of these hidden values. */
export function openJournal(hidden: HiddenValues): Journal {
  const entries: JournalEntry[] = [];
  const listeners = new Set<(entry: JournalEntry) => void>();
  const sizes: number[] = [];
  let seq = 0;
  let bytes = 0;

  return {
    add(entry) {
      seq += 1;
      const shown = { seq, ...redacted(entry, hidden) };
      const size = JSON.stringify([shown.request, shown.response]).length;
      entries.push(shown);
      sizes.push(size);
      bytes += size;
      while (entries.length > 1 && (entries.length > KEPT || bytes > KEPT_BYTES)) {
        entries.shift();
        bytes -= sizes.shift() ?? 0;
      }
      for (const hear of listeners) hear(shown);
    },
    since: (after) => entries.filter((entry) => entry.seq > after),
    subscribe(hear) {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
  };
}

function redacted(
  entry: Omit<JournalEntry, 'seq'>,
  hidden: HiddenValues,
): Omit<JournalEntry, 'seq'> {
  return {
    ...entry,
    path: hidden.redact(entry.path),
    query: Object.fromEntries(
      Object.entries(entry.query).map(([name, value]) => [name, String(redactOne(name, value))]),
    ),
    principal: entry.principal === null ? null : hidden.redact(entry.principal),
    request: redact(entry.request, hidden),
    response: redact(entry.response, hidden),
  };

  function redactOne(name: string, value: string): unknown {
    return Object.values(redact({ [name]: value }, hidden) ?? {})[0];
  }
}
