interface Wanted {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Text as it is; anything else as JSON. */
  readonly body?: unknown;
}

/** An answer that no service gave. */
export function statusAnswer({ status, headers, body }: Wanted): Response {
  if (body === undefined || status === 204 || status === 304) {
    return new Response(null, { status, headers });
  }
  return typeof body === 'string'
    ? new Response(body, { status, headers })
    : Response.json(body, { status, headers });
}
