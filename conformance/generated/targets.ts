import { azureDevops } from './azure-devops.ts';
import { databricks } from './databricks.ts';
import { entra } from './entra.ts';
import { github } from './github.ts';
import { mlflow } from './mlflow.ts';
import type { Target } from './target.ts';

/** Everything that requests are generated for. */
export const targets: readonly Target[] = [entra, databricks, azureDevops, mlflow, github];
