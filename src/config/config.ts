import { z } from 'zod';

import { Duration } from '../lib/duration.ts';
import type { Secret } from '../lib/secret.ts';
import type { Rule } from '../model/rule.ts';
import type { Terms } from '../model/terms.ts';
import type { SourceKind } from '../sources/source.ts';
import type { TargetKind } from '../targets/target.ts';
import { IdentityEntry } from './identities.ts';
import { RuleEntry } from './rules.ts';
import { SecretReference } from './secret-references.ts';
import { TargetEntry } from './target-terms.ts';

/** How patient the engine is; the defaults fit the real services. */
export const EngineEntry = z.strictObject({
  settle: Duration.prefault('75s'),
  poll: Duration.prefault('5s'),
  longest_poll: Duration.prefault('2m'),
  proof_wait: Duration.prefault('60s'),
  start_for: Duration.prefault('1d'),
  lost_after: Duration.prefault('1d'),
  call_timeout: Duration.prefault('30s'),
  lease: Duration.prefault('30s'),
});
export type EngineEntry = z.infer<typeof EngineEntry>;

/** The whole file; what stands below `sources` and `targets` is checked by its kind. */
export const ConfigFile = z.strictObject({
  version: z.literal(1),
  identities: z.record(z.string(), IdentityEntry).default({}),
  sources: z.record(z.string(), z.looseObject({ type: z.string() })).default({}),
  targets: z.record(z.string(), TargetEntry).default({}),
  rules: z.array(RuleEntry).default([]),
  engine: EngineEntry.prefault({}),
  http: z
    .strictObject({
      token: SecretReference.optional(),
      claim_token: SecretReference.optional(),
    })
    .default({}),
  store: z.strictObject({ postgres: SecretReference.optional() }).default({}),
});
export type ConfigFile = z.infer<typeof ConfigFile>;

/** A configuration that is known to be right. */
export interface Config {
  readonly identities: ReadonlyMap<string, IdentityEntry>;
  readonly sources: ReadonlyMap<string, SourceSettings>;
  readonly targets: ReadonlyMap<string, TargetSettings>;
  readonly rules: readonly Rule[];
  readonly engine: EngineEntry;
  /** What the API and the pages ask for from anywhere but this machine; null: nobody else gets in. */
  readonly token: Secret | null;
  /** What is good for `signalbox claim` and for nothing else; null: the token above is. */
  readonly claimToken: Secret | null;
  /** The address of the Postgres database that remembers; null: a SQLite file does. */
  readonly postgres: Secret | null;
}

export interface SourceSettings {
  readonly kind: SourceKind;
  readonly settings: unknown;
}

export interface TargetSettings {
  readonly kind: TargetKind;
  readonly settings: unknown;
  readonly terms: Terms;
}
