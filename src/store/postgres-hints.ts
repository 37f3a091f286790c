import type { Client } from 'pg';

import { openClient, type PostgresPlace } from './postgres-connection.ts';

const AGAIN_MS = 2000;

/** Hears what other processes have stored, for as long as the connection holds, and again then. */
export interface Hints {
  on(listener: () => void): () => void;
  close(): Promise<void>;
}

/**
 * Listens on a channel, from when it resolves if the database lets it. Nothing depends on it: what
 * is not heard is found by looking.
 */
export async function openHints(place: PostgresPlace, channel: string): Promise<Hints> {
  const listeners = new Set<() => void>();
  let client: Client | null = null;
  let again: NodeJS.Timeout | null = null;
  let isClosed = false;

  function later(): void {
    client = null;
    if (!isClosed) again = setTimeout(connect, AGAIN_MS);
  }

  async function listen(): Promise<void> {
    const opened = await openClient(place);
    client = opened;
    opened.once('end', later);
    opened.on('notification', () => {
      for (const listener of listeners) listener();
    });
    await opened.query(`listen ${opened.escapeIdentifier(channel)}`);
  }

  let connecting: Promise<void> = Promise.resolve();
  function connect(): void {
    connecting = listen().catch(() => {
      if (client) void client.end().catch(() => undefined);
      else later();
    });
  }

  connect();
  await connecting;
  return {
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      isClosed = true;
      if (again) clearTimeout(again);
      await connecting;
      await client?.end().catch(() => undefined);
    },
  };
}
