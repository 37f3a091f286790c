import { closeSync, fdatasync, openSync } from 'node:fs';

/** The write-ahead log of an open database: a commit is durable when its log is synced. */
export interface SqliteLog {
  /**
   * Resolves when everything is durable that was in the log when this was called.
   * @throws {Error} `EIO: i/o error, fdatasync` …; or the log was closed meanwhile
   */
  sync(): Promise<void>;
  close(): void;
}

/**
 * Syncs the log beside the event loop.
 *
 * SQLite with `synchronous=full` does the same within the commit, and nothing else happens in the
 * process meanwhile: a third of the time on a fast disk, nearly all of it on a slow one.
 */
export function openSqliteLog(file: string): SqliteLog {
  // Windows syncs only what may be written.
  const fd = openSync(`${file}-wal`, 'r+');
  let underWay = 0;
  let isClosed = false;

  // Not while a sync is under way: the number may be that of another file by then.
  function closeIfUnused(): void {
    if (isClosed && underWay === 0) closeSync(fd);
  }

  return {
    sync: () =>
      new Promise((resolve, reject) => {
        underWay += 1;
        fdatasync(fd, (error) => {
          underWay -= 1;
          if (error) reject(error);
          else if (isClosed) reject(new Error('the log was closed'));
          else resolve();
          closeIfUnused();
        });
      }),
    close() {
      isClosed = true;
      closeIfUnused();
    },
  };
}
