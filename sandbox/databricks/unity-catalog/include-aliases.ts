import { z } from 'zod';

import { Flag } from '../input.ts';

/** Source: databricks-sdk-py service/catalog.py: without it there are none in the answer. */
export const IncludeAliases = z.looseObject({ include_aliases: Flag.default(false) });
