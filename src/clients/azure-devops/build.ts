import { z } from 'zod';

/** Epoch milliseconds: up to seven fractional digits, which `Date.parse` reads and a pattern for three does not. */
export const Time = z
  .string()
  .nullish()
  .transform((text) => {
    const ms = Date.parse(text ?? '');
    return Number.isNaN(ms) ? null : ms;
  });

/**
 * The part of a build that we read: only the Build API knows `partiallySucceeded`.
 * Source: `Build` in MicrosoftDocs/vsts-rest-api-specs, specification/build/7.1/build.json
 */
export const Build = z.object({
  id: z.int().positive(),
  buildNumber: z.string().default(''),
  status: z.string(),
  result: z.string().nullish(),
  definition: z.object({ id: z.int(), name: z.string().default('') }),
  startTime: Time,
  finishTime: Time,
  sourceVersion: z.string().nullish(),
  requestedFor: z.object({ displayName: z.string().nullish() }).nullish(),
  templateParameters: z.record(z.string(), z.unknown()).nullish(),
  /** Queue-time variables, as JSON in a string. */
  parameters: z.string().nullish(),
  _links: z.object({ web: z.object({ href: z.url({ protocol: /^https?$/ }) }) }),
});
export type Build = z.infer<typeof Build>;
