import type { IncomingMessage } from 'node:http';

/** More than any list of parameters; what comes after it is not read. */
const MOST_BYTES = 64 * 1024;

const bodies = new WeakMap<Request, Uint8Array<ArrayBuffer>>();

/** Reads the body that a GET brings along: a `Request` cannot hold one. */
export async function keepBodyOfGet(request: Request, incoming: IncomingMessage): Promise<void> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    if (!(chunk instanceof Buffer) || bytes + chunk.length > MOST_BYTES) break;
    chunks.push(chunk);
    bytes += chunk.length;
  }
  bodies.set(request, new Uint8Array(Buffer.concat(chunks)));
}

/** The bytes of the body that a GET brought along, empty where it brought none. */
export function bodyOfGet(request: Request): Uint8Array<ArrayBuffer> {
  return bodies.get(request) ?? new Uint8Array();
}
