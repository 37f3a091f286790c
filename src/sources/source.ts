import type { z } from 'zod';

import type { Identity } from '../clients/identity.ts';
import type { Fetch } from '../lib/fetch.ts';
import type { NewEvent } from '../model/event.ts';
import type { Report } from '../model/report.ts';

/** A registry, a repository or a person that tells us what happened. */
export interface Source {
  /** Verifies and reads one webhook call. It never throws: every call has an answer. */
  receive?(call: WebhookCall): Promise<Received>;

  /**
   * Says how every model version stands there now, so that missed events can be found.
   * @throws {TransientError | PermanentError} what `callJson` throws
   */
  survey?(signal: AbortSignal): Promise<readonly Standing[]>;

  /** Writes an outcome back to where the event came from; see `Report.form`. */
  report?(report: Report, signal: AbortSignal): Promise<void>;
}

/** One call as it came in. The body is raw, because the signature covers its bytes. */
export interface WebhookCall {
  /** By their names in lower case; null: there is none. */
  readonly headers: { get(name: string): string | null };
  readonly body: Uint8Array;
}

export type Received =
  | { readonly kind: 'event'; readonly event: NewEvent }
  /** Genuine, and of no interest: a test call, a tag that we set ourselves. */
  | { readonly kind: 'ignored'; readonly because: string }
  /** Not proven to come from the registry. */
  | { readonly kind: 'refused'; readonly because: string }
  /** Genuine, but not to be understood. */
  | { readonly kind: 'malformed'; readonly because: string };

/** Where a model version stands, and the event that would have brought it there. */
export interface Standing {
  readonly model: string;
  readonly version: string;
  readonly stage: string;
  readonly changedAtMs: number;
}

export interface SourceKind<Config extends z.ZodType = z.ZodType> {
  /** As written in the configuration: `type: databricks-registry`. */
  readonly type: string;
  /** Its settings beside `type` in the configuration, secrets already resolved to `Secret`. */
  readonly config: Config;
  open(name: string, config: z.infer<Config>, deps: SourceDeps): Source;
}

export interface SourceDeps {
  readonly fetch: Fetch;
  /** The configured identity of this name; the configuration has checked that there is one. */
  readonly identity: (name: string) => Identity;
}

export type { Report } from '../model/report.ts';

/** Ties a kind's `open` to its own configuration type. */
export function defineSource<Config extends z.ZodType>(
  kind: SourceKind<Config>,
): SourceKind<Config> {
  return kind;
}
