import type { JWK } from 'jose';

import type { Directory } from './directory.ts';
import type { Issuer } from './tokens.ts';

/** What the emulated Entra ID consists of. */
export interface EntraState {
  readonly directory: Directory;
  readonly issuer: Issuer;
  /** The public keys of another issuer. */
  readonly keysOf: (issuer: string) => Promise<readonly JWK[]>;
}
