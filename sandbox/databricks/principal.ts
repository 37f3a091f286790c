import type { Workspace } from './workspace.ts';

/** Who calls: an application of Entra ID, or a person with a personal access token. */
export interface Principal {
  readonly kind: 'application' | 'user';
  /** The application id, or the person's user name: what `creator_user_name` shows. */
  readonly name: string;
}

/** The member of the workspace with this name; null: there is none. */
export function memberNamed(
  { config, applications }: Pick<Workspace, 'config' | 'applications'>,
  name: string,
): Principal | null {
  if (applications.get(name)?.active) return { kind: 'application', name };
  return config.users.some((user) => user.name === name) ? { kind: 'user', name } : null;
}
