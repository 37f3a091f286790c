import { azurePipelines } from './azure-pipelines.ts';
import type { TargetKind } from './target.ts';

/** Every kind of target. To add one: write its file, and name it here. */
export const targetKinds: readonly TargetKind[] = [azurePipelines];
