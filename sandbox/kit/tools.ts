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
