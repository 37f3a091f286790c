import type { Tell } from '../line.ts';
import type { Stage, StageOptions } from '../stage.ts';

/** Something that goes wrong, and how it must end. */
export interface Scene {
  readonly summary: string;
  readonly options?: StageOptions;
  play(stage: Stage, tell: Tell): Promise<void>;
}
