/** A response like this one, whose body is that: of a length that its headers tell, if it is known. */
export function withBody(
  response: Response,
  body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null,
): Response {
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  if (body instanceof Uint8Array) headers.set('content-length', String(body.length));
  return new Response(body, { status, statusText, headers });
}
