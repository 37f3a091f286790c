import type { Board } from '../board.ts';
import { clockTime } from '../clock-time.ts';
import type { Connection } from '../keep-current.ts';
import { nowMs } from '../now.ts';

interface Props {
  readonly board: Board;
  readonly connection: Connection;
}

/** Says so when what is shown may be out of date; always there, so that it is read out. */
export function ConnectionNote({ board, connection }: Props) {
  const isLost = connection.state.value === 'lost';
  const trouble = board.trouble.value;
  return (
    <div class="connection-note" role="status">
      {isLost ? (
        <p class="notice">
          <strong>Connection lost</strong> at{' '}
          {clockTime(new Date(connection.lostAtMs.value).toISOString(), nowMs.value)}. Nothing on
          this page is newer than that. It connects again by itself as soon as the service answers.{' '}
          <button type="button" onClick={() => connection.retry()}>
            Try now
          </button>
        </p>
      ) : (
        trouble !== '' && (
          <p class="notice">
            <strong>Something could not be loaded:</strong> {trouble}. Trying again in a moment.
          </p>
        )
      )}
    </div>
  );
}
