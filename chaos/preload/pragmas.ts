import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { DatabaseSync } from 'node:sqlite';

/**
 * Loaded with `--import` into the process under test: runs the pragmas of `CHAOS_PRAGMAS` on each
 * connection after it has run its own, which is how the test makes checkpoints frequent. With
 * `CHAOS_NO_SYNC` a commit's sync only says that it has been made: that is how it weakens a store
 * that has no such setting.
 */
const pragmas = process.env['CHAOS_PRAGMAS'] ?? '';
const own: unknown = Reflect.get(DatabaseSync.prototype, 'exec');

if (pragmas !== '' && typeof own === 'function') {
  Reflect.set(DatabaseSync.prototype, 'exec', function exec(this: DatabaseSync, script: string) {
    Reflect.apply(own, this, [script]);
    if (/pragma\s+synchronous/i.test(script)) Reflect.apply(own, this, [pragmas]);
  });
}

if (process.env['CHAOS_NO_SYNC'] === '1') {
  Reflect.set(fs, 'fdatasync', (_fd: number, done: () => void) => void setImmediate(done));
  syncBuiltinESMExports();
}
