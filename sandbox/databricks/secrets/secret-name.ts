import { z } from 'zod';

/** Source: databricks-sdk-py service/workspace.py, SecretsAPI: letters, digits and `_.-`, at most 128. */
export const SecretName = z.string().regex(/^[\w.-]{1,128}$/u);
