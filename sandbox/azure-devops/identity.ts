import { createHash } from 'node:crypto';

/** Somebody or something that Azure DevOps knows. */
export interface Identity {
  readonly id: string;
  readonly displayName: string;
  readonly uniqueName: string;
  /** What the journal calls it: the client id of an application, else its name. */
  readonly principal: string;
}

/** An identity with an id that is the same in every sandbox. */
export function identityOf(displayName: string, uniqueName: string): Identity {
  return { id: guidOf(`identity:${uniqueName}`), displayName, uniqueName, principal: uniqueName };
}

/** The GUID that stands for a name, always the same. */
export function guidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/**
 * An identity as the API shows it.
 * Source: test_build_cancel of Azure/azure-devops-cli-extension, a recording
 */
export function identityRef({ id, displayName, uniqueName }: Identity, organization: string) {
  const descriptor = `aad.${Buffer.from(id).toString('base64url')}`;
  const avatar = `https://dev.azure.com/${organization}/_apis/GraphProfile/MemberAvatars/${descriptor}`;
  return {
    displayName,
    url: `https://spsprodweu1.vssps.visualstudio.com/_apis/Identities/${id}`,
    _links: { avatar: { href: avatar } },
    id,
    uniqueName,
    imageUrl: avatar,
    descriptor,
  };
}
