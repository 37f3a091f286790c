import { z } from 'zod';

import type { Explain } from '../../../lib/refusal.ts';

/** Source: RFC 6749 section 5.2 */
const Refused = z.object({ error: z.string() });

const NO_WORKSPACE = 'That is a web page: is the host that of a Databricks workspace?';

/** Says what a refused login of Databricks' own means: what is there to do, or that nobody reads it. */
export function explainLogin(hint: string): Explain {
  return ({ status, body }) => {
    if (status < 400) return { hint: NO_WORKSPACE };
    if (status === 429 || status >= 500 || !Refused.safeParse(body).success) return undefined;
    return { code: 'LOGIN_REFUSED', hint };
  };
}
