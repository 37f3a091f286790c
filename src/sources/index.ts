import { databricksRegistry } from './databricks-registry.ts';
import { manual } from './manual.ts';
import type { SourceKind } from './source.ts';

/** Every kind of source. To add one: write its file, and name it here. */
export const sourceKinds: readonly SourceKind[] = [databricksRegistry, manual];
