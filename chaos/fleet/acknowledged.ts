import { closeSync, openSync, writeSync } from 'node:fs';

/** What was acknowledged, in memory and in a file. */
export interface Acknowledged {
  /** By number, the id of the event. */
  readonly ids: ReadonlyMap<number, string>;
  /** Acknowledged twice, as two events. */
  readonly contradictions: readonly string[];
  /** Notes an acknowledgement by that address; true: there was one before. */
  readonly noteDown: (number: number, id: string, url: string) => boolean;
  /** Resolves when something is acknowledged by that address, or after a while. */
  readonly nextFrom: (url: string, withinMs: number) => Promise<void>;
  close(): void;
}

/** An empty list; each line goes into the file as it is noted, for whoever looks into it afterwards. */
export function openAcknowledged(file: string): Acknowledged {
  const ledger = openSync(file, 'a', 0o600);
  const ids = new Map<number, string>();
  const contradictions: string[] = [];
  const waiting = new Map<string, () => void>();
  return {
    ids,
    contradictions,
    noteDown(number, id, url) {
      const before = ids.get(number);
      if (before !== undefined && before !== id) {
        contradictions.push(`event ${number} was acknowledged as ${before} and as ${id}`);
      }
      if (before === undefined) writeSync(ledger, `${number} ${id}\n`);
      ids.set(number, before ?? id);
      waiting.get(url)?.();
      return before !== undefined;
    },
    async nextFrom(url, withinMs) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(url, resolve);
      const timer = setTimeout(resolve, withinMs);
      await promise;
      clearTimeout(timer);
      waiting.delete(url);
    },
    close: () => closeSync(ledger),
  };
}
