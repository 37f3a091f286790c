import type { Clock } from './clock.ts';

/** What the sandbox gives to each emulated service. */
export interface SandboxTools {
  readonly clock: Clock;
  /** A folder of this sandbox alone, removed with it: checkouts, bare repositories, DBFS. */
  readonly workDir: string;
  /** Values that the journal must never show: client secrets, tokens, signing secrets. */
  readonly hidden: HiddenValues;
  /**
   * The variables with which a child process reaches the emulated hosts: HTTPS_PROXY, NO_PROXY,
   * and the certificate variables of curl, git, Python, Node and Go. Known once all listen.
   */
  readonly childEnvironment: () => Readonly<Record<string, string>>;
  /** Entra ID's word on a token; the other services believe nobody else. */
  readonly tokens: Tokens;
  /** Asked when a run, and each attempt at a task of it, is about to start. Left out: nothing is forced. */
  readonly endings?: Endings;
  /** Carries the requests that a service makes of its own accord. Left out: they are sent plainly. */
  readonly outgoing?: Outgoing;
  /** Asks another emulated host, past the faults and into the journal. */
  readonly reach?: (request: Request) => Promise<Response>;
  /** Tokens of the emulated GitHub Actions and Azure Pipelines. */
  readonly assertions?: Assertions;
}

/** Other issuers of tokens, whose applications Entra ID trusts where it is told to. */
export interface Assertions {
  /** A token by which a pipeline or a workflow says who it is. */
  mint(order: AssertionOrder): Promise<{ readonly token: string; readonly expiresAtMs: number }>;
}

export interface AssertionOrder {
  readonly issuer: 'github' | 'azure-pipelines';
  /** `repo:contoso/wine-quality:ref:refs/heads/main`, `sc://contoso/MLFlowHooks/databricks`. */
  readonly subject: string;
  readonly audience: string;
  /** Of Azure Pipelines: the id of the organization, which its issuer's name ends with. */
  readonly organizationId?: string | undefined;
  /** Left out: as long as the issuer's tokens live. */
  readonly lifetimeMs?: number | undefined;
  /** Further claims. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

/** Runs that have to end in a certain way, because a fault says so. */
export interface Endings {
  /** How this run, or this task of it, has to end instead of being run; null: it runs. */
  for(run: {
    /** Left out: of Databricks. */
    readonly service?: string;
    readonly runName: string;
    readonly taskKey: string | null;
  }): ForcedEnding | null;
}

/** The words are the API's own, or any other: clients must cope with those they do not know. */
export interface ForcedEnding {
  readonly lifeCycle: string;
  /** null: the answer has no `result_state`. */
  readonly result: string | null;
  /** null: nothing is said of how it was terminated. */
  readonly code: string | null;
  readonly type: string;
  readonly message: string;
  /** How long it looks as if it ran. */
  readonly afterMs: number;
}

/** A request that a service makes of its own accord, such as a webhook's. */
export interface OutgoingRequest {
  /** Whose: what a fault names as its `service`. */
  readonly sender: Sender;
  readonly url: string;
  /** JSON. */
  readonly body: string;
}

export type Sender = (typeof SENDERS)[number];

/** Who sends requests of its own accord. */
export const SENDERS = ['databricks-webhooks', 'mlflow-webhooks', 'azure-devops-hooks'] as const;

export interface OutgoingReply {
  readonly status: number;
  readonly body: string;
}

export interface Outgoing {
  /**
   * Lets `deliver` send the request: once, twice, later, after another or not at all, as the faults
   * have it, and writes each sending down.
   * @throws {Error} nobody answered, or a fault says so
   */
  send(request: OutgoingRequest, deliver: () => Promise<OutgoingReply>): Promise<OutgoingReply>;
}

export interface HiddenValues {
  add(value: string): void;
  /** The text with every hidden value replaced by `***`. */
  redact(text: string): string;
}

export interface Tokens {
  /** Checks signature, issuer, tenant, audience and expiry. */
  verify(token: string, audience: string): Promise<Verified>;
  /** A token of this application for this audience, as if it had logged in. */
  issue(clientId: string, audience: string): Promise<string>;
}

export type Verified =
  | { readonly kind: 'genuine'; readonly clientId: string; readonly expiresAtMs: number }
  | { readonly kind: 'refused'; readonly because: string };
