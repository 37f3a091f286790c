import { fdatasync, openSync, writev } from 'node:fs';
import { setImmediate } from 'node:timers';

import type { Added, Store } from '../../src/store/store.ts';

/** In which way the measured service keeps an event before it answers. */
export const intakeStores = ['as it is', 'none', 'one by one', 'append log'] as const;
export type IntakeStore = (typeof intakeStores)[number];

/** The store, with another way to add events than its own; all else is as it was. */
export function withIntake(store: Store, kind: IntakeStore, logFile: string): Store {
  switch (kind) {
    case 'as it is':
      return store;
    case 'none':
      return { ...store, addEvent: async ({ id }) => ({ kind: 'new', id }) };
    case 'one by one':
      return { ...store, addEvent: oneByOne(store) };
    case 'append log':
      return { ...store, addEvent: toLog(logFile) };
  }
}

/** The next is not handed over before the last is durable: what has no groups has to do this. */
function oneByOne(store: Store): Store['addEvent'] {
  let last: Promise<unknown> = Promise.resolve();
  return async (event, deliveries) => {
    const added = last.then(() => store.addEvent(event, deliveries));
    last = added.catch(() => undefined);
    return await added;
  };
}

/**
 * The least that "acknowledged means stored" can cost: what came meanwhile is appended to a file in
 * one go, and synced. It finds no doubles, and nobody can read it.
 */
function toLog(file: string): Store['addEvent'] {
  const fd = openSync(file, 'a');
  let waiting: { readonly text: Buffer; readonly done: (error: Error | null) => void }[] = [];
  let isWriting = false;

  function flush(): void {
    const batch = waiting;
    waiting = [];
    const end = (error: Error | null) => {
      isWriting = false;
      for (const one of batch) one.done(error);
      plan();
    };
    const texts = batch.map(({ text }) => text);
    writev(fd, texts, (error) => (error ? end(error) : fdatasync(fd, end)));
  }

  function plan(): void {
    if (isWriting || waiting.length === 0) return;
    isWriting = true;
    setImmediate(flush);
  }

  return (event, deliveries) =>
    new Promise<Added>((resolve, reject) => {
      const text = Buffer.from(`${JSON.stringify([event, deliveries])}\n`);
      const done = (error: Error | null) =>
        error ? reject(error) : resolve({ kind: 'new', id: event.id });
      waiting.push({ text, done });
      plan();
    });
}
