/** A request as it goes over the wire; nothing of it need make sense. */
export interface GeneratedRequest {
  readonly method: string;
  /** With its query, encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}
