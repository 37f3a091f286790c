import type { JournalEntry } from '../journal.ts';
import { type ControlAction, source } from './controls.ts';

/** What was asked and answered, of one service or of all, after an entry or from the start. */
export const journal: ControlAction = {
  method: 'GET',
  path: '/_sandbox/journal',
  source,
  handle({ state, url }) {
    const entries = state.journal.since(seqOf(url)).filter(ofService(url));
    return Response.json({ entries });
  },
};

/** The same, and every entry to come. */
export const journalStream: ControlAction = {
  method: 'GET',
  path: '/_sandbox/journal/stream',
  source: 'https://html.spec.whatwg.org/multipage/server-sent-events.html',
  handle({ request, state, url }) {
    const wanted = ofService(url);
    const last = request.headers.get('last-event-id');
    const after = last === null ? seqOf(url) : Number(last) || 0;
    let unsubscribe: (() => void) | undefined;
    const body = new ReadableStream<string>({
      start(controller) {
        const tell = (entry: JournalEntry) => {
          if (wanted(entry))
            controller.enqueue(`id: ${entry.seq}\ndata: ${JSON.stringify(entry)}\n\n`);
        };
        controller.enqueue(': the journal, entry by entry\n\n');
        for (const entry of state.journal.since(after)) tell(entry);
        unsubscribe = state.journal.subscribe(tell);
      },
      cancel: () => unsubscribe?.(),
    });
    return new Response(body.pipeThrough(new TextEncoderStream()), {
      headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
    });
  },
};

function seqOf(url: URL): number {
  return Number(url.searchParams.get('since')) || 0;
}

function ofService(url: URL) {
  const name = url.searchParams.get('service');
  return (entry: JournalEntry) => name === null || entry.service === name;
}
