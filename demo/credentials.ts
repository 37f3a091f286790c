import { randomBytes } from 'node:crypto';

/** Every secret of one demonstration, new each time. */
export interface Credentials {
  /** Client secret of the service principal. */
  readonly spCredential: string;
  /** With which the registry signs its webhooks. */
  readonly signingSecret: string;
  /** Nick's personal access tokens. */
  readonly nickGit: string;
  readonly nickDatabricks: string;
  readonly sandboxAdmin: string;
  /** What the old-style pipeline believes to be the client secret: it expired. */
  readonly expiredCredential: string;
}

/** New secrets; the client secret has the letters in it that a careless form encoding breaks. */
export function makeCredentials(): Credentials {
  return {
    spCredential: `${random()}~a+b&c%d=e`,
    signingSecret: random(),
    nickGit: random(),
    nickDatabricks: `dapi${randomBytes(16).toString('hex')}`,
    sandboxAdmin: random(),
    expiredCredential: random(),
  };
}

function random(): string {
  return randomBytes(24).toString('base64url');
}
