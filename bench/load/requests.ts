import { createHmac, createSecretKey } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';

export interface Prepared {
  readonly file: string;
  readonly count: number;
  /** `/hooks/registry` */
  readonly path: string;
  readonly signingSecret: string;
  /** The stage that the versions go to; `Production` matches the rule, `Archived` none. */
  readonly stage: string;
}

const BODY_BYTES = 600;
const CHUNK = 5000;

/**
 * Writes that many webhook calls of a Databricks registry, each of another model version and each
 * signed, for the load generator to send.
 */
export function writeRequests({ file, count, path, signingSecret, stage }: Prepared): void {
  const key = createSecretKey(signingSecret, 'utf8');
  const startedMs = Date.now() - count;
  const fd = openSync(file, 'w');
  try {
    for (let from = 0; from < count; from += CHUNK) {
      const numbers = Array.from({ length: Math.min(CHUNK, count - from) }, (_, at) => from + at);
      const written = numbers.flatMap((number) => {
        const body = bodyOf(number, { stage, atMs: startedMs + number });
        const signature = createHmac('sha256', key).update(body).digest('hex');
        return withLength(requestOf({ path, body, signature }));
      });
      writeSync(fd, Buffer.concat(written));
    }
  } finally {
    closeSync(fd);
  }
}

const MODELS = 50;

/** What the registry says of one version: about 600 bytes. */
export function bodyOf(number: number, { stage, atMs }: { stage: string; atMs: number }): Buffer {
  const told = {
    event: 'MODEL_VERSION_TRANSITIONED_STAGE',
    webhook_id: '1b2c3d4e5f60718293a4b5c6d7e8f901',
    event_timestamp: atMs,
    model_name: `wine-model-${number % MODELS}`,
    version: String(number),
    from_stage: 'Staging',
    to_stage: stage,
    text: '',
  };
  const rest = BODY_BYTES - JSON.stringify(told).length;
  return Buffer.from(JSON.stringify({ ...told, text: 'z'.repeat(Math.max(0, rest)) }));
}

interface Signed {
  readonly path: string;
  readonly body: Buffer;
  readonly signature: string;
}

function requestOf({ path, body, signature }: Signed): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    'user-agent: Databricks',
    'content-type: application/json',
    `x-databricks-signature: ${signature}`,
    `content-length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}

function withLength(request: Buffer): readonly Buffer[] {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(request.length);
  return [length, request];
}
