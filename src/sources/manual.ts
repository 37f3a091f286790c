import { z } from 'zod';

import { defineSource } from './source.ts';

/** A person who asks for a run: the API makes the events of it, so that it needs no webhook. */
export const manual = defineSource({
  type: 'manual',
  config: z.strictObject({}),
  open: () => ({}),
});
