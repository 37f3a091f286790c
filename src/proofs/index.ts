import { databricksRun } from './databricks-run.ts';
import type { ProofKind } from './proof.ts';

/** Every kind of evidence that a rule can require. To add one: write its file, and name it here. */
export const proofKinds: readonly ProofKind[] = [databricksRun];
