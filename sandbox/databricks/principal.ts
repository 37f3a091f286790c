/** Who calls: an application of Entra ID, or a person with a personal access token. */
export interface Principal {
  readonly kind: 'application' | 'user';
  /** The application id, or the person's user name: what `creator_user_name` shows. */
  readonly name: string;
}
