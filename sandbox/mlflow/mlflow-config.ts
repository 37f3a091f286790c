import { z } from 'zod';

/** An MLflow server, its registry and its webhooks. The webhook settings are named after MLflow's own. */
export const MlflowConfig = z.strictObject({
  /** `mlflow.contoso.com` */
  host: z.string().min(1),
  /** Where plain http is heard on the loopback interface. Left out: a port that is free. */
  port: z.int().min(1).max(65_535).optional(),
  /** People with a password, as the basic-auth app has them. None: everybody may do everything. */
  users: z
    .array(z.strictObject({ name: z.string().min(1), password: z.string().min(1) }))
    .default([]),
  /** MLFLOW_WEBHOOK_ALLOWED_SCHEMES */
  webhook_allowed_schemes: z.array(z.enum(['http', 'https'])).default(['https']),
  /** MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS: without it no webhook reaches this machine. */
  webhook_allow_private_ips: z.boolean().default(false),
  /** MLFLOW_WEBHOOK_CACHE_TTL: for so many seconds a new or changed webhook is not noticed. */
  webhook_cache_ttl: z.int().min(0).default(60),
  /** MLFLOW_WEBHOOK_REQUEST_MAX_RETRIES */
  webhook_max_retries: z.int().min(0).max(10).default(3),
  /** MLFLOW_WEBHOOK_REQUEST_TIMEOUT, in seconds. */
  webhook_timeout: z.number().positive().default(30),
  /** What urllib3 counts its waits in, in seconds: 0, 2 and 4 of it. */
  webhook_backoff: z.number().min(0).default(1),
});
export type MlflowConfig = z.infer<typeof MlflowConfig>;
