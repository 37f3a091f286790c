import type { SandboxTools } from '../kit/tools.ts';
import type { Experiment } from './experiments/experiment.ts';
import type { LoggedModel } from './logged-models/logged-model.ts';
import type { MlflowConfig } from './mlflow-config.ts';
import type { Model } from './registered-models/model.ts';
import type { Run } from './runs/run.ts';
import type { Deliveries } from './webhooks/deliveries.ts';
import type { SubscriberCache } from './webhooks/subscribers.ts';
import type { Webhook } from './webhooks/webhook.ts';

/** All that one emulated MLflow server knows. */
export interface Mlflow {
  readonly config: MlflowConfig;
  readonly tools: Omit<SandboxTools, 'tokens'>;
  /** A folder of this machine, in which clients put artifacts on their own. */
  readonly artifactRoot: string;
  readonly experiments: Map<string, Experiment>;
  readonly runs: Map<string, Run>;
  readonly loggedModels: Map<string, LoggedModel>;
  readonly models: Map<string, Model>;
  /** Newest last; deleted ones are gone. */
  readonly webhooks: Map<string, Webhook>;
  readonly subscribers: SubscriberCache;
  readonly deliveries: Deliveries;
  /** Aborted when the server ends. */
  readonly closing: AbortSignal;
}
