import type { z } from 'zod';

import type { Identity } from '../clients/identity.ts';
import type { Fetch } from '../lib/fetch.ts';
import type { Observation } from '../model/outcome.ts';

/** A system that runs things: it can start a run, find it again, and say how it is getting on. */
export interface Target<Request = unknown> {
  /**
   * Starts one run that carries the key.
   *
   * @throws {TransientError} nothing was started: again later
   * @throws {UncertainError} it may have been started: `find` before starting again
   * @throws {PermanentError} it was refused, and will be again
   */
  start(start: Start<Request>, signal: AbortSignal): Promise<Run>;

  /** Looks for a run that carries the key; null: there is none. */
  find(start: Start<Request>, signal: AbortSignal): Promise<Run | null>;

  /** The run of this id if it carries the key; null: it does not, or is not there. */
  named(id: string, start: Start<Request>, signal: AbortSignal): Promise<Run | null>;

  /** Says how the run stands now. A run that failed is an answer, not an error. */
  check(run: Run, signal: AbortSignal): Promise<Observation>;

  /**
   * Asks the run to stop; asking twice is asking once, also of one that is over. How it ends is
   * seen by `check`, and may be otherwise.
   *
   * @throws {TransientError | UncertainError} ask again later
   * @throws {PermanentError} it will not be stopped by us
   */
  cancel(run: Run, signal: AbortSignal): Promise<void>;

  /**
   * Says of up to a hundred runs, in one call or two, which of them go on. Left out where the system
   * has no list to ask for: then each run is checked by itself.
   */
  glance?(watched: readonly Watched[], signal: AbortSignal): Promise<Glance>;

  /**
   * Verifies and reads one call by which the system tells us of a run. It never throws: every call
   * has an answer. Left out where nobody may call.
   */
  hear?(notice: Notice): Heard;

  /** What the run printed so far, for evidence to be looked for in it; at most a megabyte. */
  output(run: Run, signal: AbortSignal): Promise<string>;
}

/** One start of one run: the same key whenever it is tried, another for a new attempt. */
export interface Start<Request> {
  /** 52 characters of `a-z2-7`; whoever sees it on a run knows which attempt it belongs to. */
  readonly key: string;
  /** The rule's `run`, with every `${{ … }}` evaluated. */
  readonly request: Request;
  /** When the intent was stored: no run that carries the key is older. */
  readonly intendedAtMs: number;
}

/** A run on the other side, as its target knows it. We store it and read none of it. */
export interface Run {
  readonly id: string;
  /** What the target needs besides the id to find it again: `{ "pipeline": "3" }`. */
  readonly place: Readonly<Record<string, string>>;
  /** For people to click. */
  readonly url: string;
}

/** A run that we follow, and how it stood when we looked last; null: we have not yet. */
export interface Watched {
  readonly run: Run;
  readonly seen: Observation | null;
}

/** What is seen of many runs at once: enough to know which of them to check. */
export interface Glance {
  /** By the run's id: as it stands, or `over`, which says nothing yet of how it ended. */
  readonly runs: ReadonlyMap<string, Observation | 'over'>;
  /** How long the system asks us to leave it alone, in milliseconds; 0: it does not. */
  readonly restMs: number;
}

/** One call as it came in. */
export interface Notice {
  readonly headers: { get(name: string): string | null };
  readonly body: Uint8Array;
}

export type Heard =
  /** Something may have become of the run of this id. */
  | { readonly kind: 'run'; readonly id: string }
  /** Genuine, and about no run. */
  | { readonly kind: 'ignored'; readonly because: string }
  /** Not proven to come from the system. */
  | { readonly kind: 'refused'; readonly because: string }
  /** Genuine, but not to be understood. */
  | { readonly kind: 'malformed'; readonly because: string };

export interface TargetKind<
  Config extends z.ZodType = z.ZodType,
  Request extends z.ZodType = z.ZodType,
> {
  /** As written in the configuration: `type: azure-pipelines`. */
  readonly type: string;
  /** Its settings beside `type` under `targets:`. */
  readonly config: Config;
  /** What a rule says beside `target` under `run:`; any string in it may be `${{ CEL }}`. */
  readonly request: Request;
  open(config: z.infer<Config>, deps: TargetDeps): Target<z.infer<Request>>;
}

export interface TargetDeps {
  readonly fetch: Fetch;
  /** The configured identity of this name; the configuration has checked that there is one. */
  readonly identity: (name: string) => Identity;
}

/** Ties a kind's `open` to its own configuration and request types. */
export function defineTarget<Config extends z.ZodType, Request extends z.ZodType>(
  kind: TargetKind<Config, Request>,
): TargetKind<Config, Request> {
  return kind;
}
