import { z } from 'zod';

import type { Explanation, Refusal } from '../../lib/refusal.ts';

/**
 * An error of the REST API; the code of a refused token is the status, as a number.
 * Source: databricks-sdk-py `databricks/sdk/errors/deserializer.py`
 */
const Refused = z.object({
  error_code: z.union([z.string(), z.number()]).transform(String),
  message: z.string().default(''),
});

const hints: Readonly<Record<number, string>> = {
  401: 'Databricks does not take our login: make the principal a member of the workspace, or name another workspace.',
  403: 'Grant the principal what is missing there: CAN MANAGE RUN on the job, CAN READ on the notebook.',
};

const NO_WORKSPACE =
  'That is no answer of Databricks: is the host that of a workspace, https://adb-….azuredatabricks.net?';

const SIGN_IN = 'Databricks shows a page to sign in: is the host that of the workspace?';

/** Says what Databricks means by a refusal, beyond its status. */
export function explainRefusal({ status, body }: Refusal): Explanation | undefined {
  if (status < 400) return { hint: SIGN_IN };
  const refused = Refused.safeParse(body).data;
  if (!refused && status === 404) return { hint: NO_WORKSPACE };
  const hint = hints[status];
  // Source: recorded answers to an expired token: 403 with the number 403 as its code.
  if (refused?.error_code === '403') return { code: 'LOGIN_REFUSED', hint: hints[401] };
  if (refused && isMissing(refused)) return { code: 'NOT_FOUND' };
  return { hint };
}

/**
 * A run or job that is not there is answered with 400 and a sentence, so that the official
 * clients look at the sentence, too. It decides nothing but the error's code.
 * Source: databricks-sdk-py `databricks/sdk/errors/overrides.py`
 */
function isMissing({ error_code, message }: z.infer<typeof Refused>): boolean {
  return error_code === 'INVALID_PARAMETER_VALUE' && /does not exist|doesn't exist/.test(message);
}
