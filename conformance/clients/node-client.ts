import path from 'node:path';

import type { Client } from '../client.ts';
import { installNodePackages, lockedVersion } from '../preparations/node-packages.ts';
import { runProgram } from '../run-program.ts';
import { sentencesIn } from '../sentences.ts';

const FOLDER = path.join(import.meta.dirname, '../node');

/** A client that is an npm package; its checks are `node/<file>.ts`. */
export function nodeClient(name: string, file: string): Client {
  return {
    name,
    sentences: () => sentencesIn(`node/${file}.ts`),
    async prepare() {
      const version = lockedVersion(name);
      const because = await installNodePackages();
      if (version === null || because !== null)
        return { kind: 'absent', version, because: because ?? 'it is not locked' };
      return {
        kind: 'ready',
        version,
        run: (sandbox, check) =>
          runProgram(
            { command: process.execPath, args: ['main.ts', file], cwd: FOLDER },
            sandbox,
            check,
          ),
      };
    },
  };
}
