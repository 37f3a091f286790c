import { DatabaseSync } from 'node:sqlite';

/**
 * Loaded with `--import` into the process under test: runs the pragmas of `CHAOS_PRAGMAS` on each
 * connection after it has run its own. That is how the test weakens a store that has no such
 * setting (`synchronous = normal`), and how it makes checkpoints frequent.
 */
const pragmas = process.env['CHAOS_PRAGMAS'] ?? '';
const own: unknown = Reflect.get(DatabaseSync.prototype, 'exec');

if (pragmas !== '' && typeof own === 'function') {
  Reflect.set(DatabaseSync.prototype, 'exec', function exec(this: DatabaseSync, script: string) {
    Reflect.apply(own, this, [script]);
    if (/pragma\s+synchronous/i.test(script)) Reflect.apply(own, this, [pragmas]);
  });
}
