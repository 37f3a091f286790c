import path from 'node:path';

import type { Client } from '../client.ts';
import { buildGoProgram, requiredVersion } from '../preparations/go-program.ts';
import { runProgram } from '../run-program.ts';
import { sentencesIn } from '../sentences.ts';

const FOLDER = path.join(import.meta.dirname, '../go');

/** The client that is a Go module; its checks are `go/main.go`. */
export function goClient(name: string, module: string): Client {
  return {
    name: `${name} (Go)`,
    sentences: () => sentencesIn('go/main.go'),
    async prepare() {
      const version = requiredVersion(module);
      const built = await buildGoProgram();
      if (built.kind === 'absent') return { kind: 'absent', version, because: built.because };
      return {
        kind: 'ready',
        version: version ?? '',
        run: (sandbox, check) =>
          runProgram({ command: built.program, args: [], cwd: FOLDER }, sandbox, check),
      };
    },
  };
}
