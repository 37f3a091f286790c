import type { Board } from '../board.ts';
import type { Connection } from '../keep-current.ts';
import type { Remedies } from '../remedies.ts';
import type { Request } from '../request-by-hand.ts';
import { ConnectionNote } from './connection-note.tsx';
import { Events } from './events.tsx';
import { Masthead } from './masthead.tsx';
import { Sources } from './sources.tsx';
import { StartByHand } from './start-by-hand.tsx';

interface Props {
  readonly board: Board;
  readonly connection: Connection;
  readonly request: Request;
  readonly remedies: Remedies;
}

/** The whole page. */
export function Page({ board, connection, request, remedies }: Props) {
  const status = board.status.value;
  return (
    <>
      <a class="skip" href="#events">
        Skip to the events
      </a>
      <Masthead board={board} connection={connection} />
      <ConnectionNote board={board} connection={connection} />
      <div class="columns">
        <aside class="rail" aria-label="Sources and requests">
          {status && <Sources status={status} />}
          {status && <StartByHand status={status} request={request} />}
        </aside>
        <main id="events" tabIndex={-1}>
          <Events board={board} remedies={remedies} />
        </main>
      </div>
      <p class="unseen" role="status" aria-live="polite">
        {board.news.value}
      </p>
    </>
  );
}
