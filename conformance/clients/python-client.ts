import path from 'node:path';

import type { Client } from '../client.ts';
import { makePythonEnvironment, pinnedVersion } from '../preparations/python-environment.ts';
import { runProgram } from '../run-program.ts';
import { sentencesIn } from '../sentences.ts';

const FOLDER = path.join(import.meta.dirname, '../python');

/** A client that is a Python package; its checks are `python/<file>.py`. */
export function pythonClient(name: string, file: string, shown = name): Client {
  return {
    name: `${shown} (Python)`,
    sentences: () => sentencesIn(`python/${file}.py`),
    async prepare() {
      const version = pinnedVersion(name);
      const made = await makePythonEnvironment();
      if (made.kind === 'absent') return { kind: 'absent', version, because: made.because };
      return {
        kind: 'ready',
        version: version ?? '',
        run: (sandbox, check) =>
          runProgram({ command: made.python, args: [`${file}.py`], cwd: FOLDER }, sandbox, check),
      };
    },
  };
}
