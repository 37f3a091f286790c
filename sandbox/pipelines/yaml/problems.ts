import type { Position } from './tree.ts';

/** A pipeline that cannot run as it is written. */
export class PipelineInvalid extends Error {
  override readonly name = 'PipelineInvalid';
}

/** Everything that is wrong with a pipeline, gathered before anything is said. */
export interface Problems {
  add(at: Position | null, message: string): void;
  /** @throws {PipelineInvalid} there were problems */
  throwIfAny(): void;
}

/** Gathers problems; each within a file is shown with its place, all are joined by line ends. */
export function gatherProblems(): Problems {
  const found = new Set<string>();
  return {
    add(at, message) {
      found.add(at ? `${place(at)}: ${message}` : message);
    },
    throwIfAny() {
      if (found.size > 0) throw new PipelineInvalid([...found].join('\n'));
    },
  };
}

/** `/azure-pipelines.yml (Line: 5, Col: 3)` */
function place({ file, line, column }: Position): string {
  return `${file} (Line: ${line}, Col: ${column})`;
}

/** What the sandbox says of a thing that Azure Pipelines can do and it cannot. */
export function unsupported(what: string): string {
  return `The sandbox does not support ${what}`;
}
