import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';

import { type News, newsIn } from '../model/news.ts';
import { openClient, type PostgresPlace } from './postgres-connection.ts';

const AGAIN_MS = 2000;

type Listener = (news: readonly News[]) => void;

/** Hears what other processes have stored, for as long as the connection holds, and again then. */
export interface Hints {
  on(listener: Listener): () => void;
  /** What the others are to be told with what we store. */
  toOthers(news: readonly News[]): { readonly channel: string; readonly text: string };
  /** Says in this process what it has stored; what the others are told is not heard here. */
  toUs(news: readonly News[]): void;
  close(): Promise<void>;
}

/**
 * Listens on a channel, from when it resolves if the database lets it. Nothing depends on it: what
 * is not heard is found by looking.
 */
export async function openHints(place: PostgresPlace, channel: string): Promise<Hints> {
  const hearing = openHearing(channel);
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
    opened.on('notification', ({ payload = '' }) => hearing.hear(payload));
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
    ...hearing,
    async close() {
      isClosed = true;
      if (again) clearTimeout(again);
      await connecting;
      await client?.end().catch(() => undefined);
    },
  };
}

/** Who listens in this process, and which hints are its own. */
function openHearing(channel: string) {
  const listeners = new Set<Listener>();
  const us = randomUUID();

  function toUs(news: readonly News[]): void {
    for (const listener of listeners) listener(news);
  }

  return {
    on(listener: Listener): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    toOthers: (news: readonly News[]) => ({ channel, text: [us, ...news].join(' ') }),
    toUs,
    hear(text: string): void {
      const [from, ...words] = text.split(' ');
      if (from !== us) toUs(newsIn(words));
    },
  };
}
