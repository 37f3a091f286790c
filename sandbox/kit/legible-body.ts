const SHOWN_BYTES = 64 * 1024;

const JSON_TYPE = /^(?:application|text)\/(?:[\w.+-]+\+)?json\b/iu;
const FORM_TYPE = /^application\/x-www-form-urlencoded\b/iu;

/** What token requests are made of. */
const FORM_FIELDS = new Set([
  'claims',
  'client_assertion',
  'client_assertion_type',
  'client_id',
  'client_info',
  'client_secret',
  'grant_type',
  'resource',
  'scope',
  'subject_token',
  'subject_token_type',
]);

/** An `&` in a secret that was not encoded makes the rest of the secret a field. */
const HIDDEN = ['others', '***'] as const;

interface Body {
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array> | null;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * The bytes of a body that people can read, JSON or a form; null for one that streams by unread:
 * a git pack, a page, a file.
 */
export async function legibleBytes(message: Body): Promise<Uint8Array<ArrayBuffer> | null> {
  const type = message.headers.get('content-type') ?? '';
  const isLegible = JSON_TYPE.test(type) || FORM_TYPE.test(type) || isCareless(message, type);
  return message.body && isLegible ? new Uint8Array(await message.arrayBuffer()) : null;
}

/** JSON.stringify given to fetch without a Content-Type; as an answer, it would be a log. */
function isCareless(message: Body, type: string): boolean {
  return message instanceof Request && type.startsWith('text/plain');
}

/** The body as the journal keeps it: parsed, or a word on why it is not there. */
export function legibleValue(bytes: Uint8Array | null, headers: Headers): unknown {
  if (bytes === null || bytes.length === 0) return null;
  if (bytes.length > SHOWN_BYTES) return { omitted: `${bytes.length} bytes` };
  const text = new TextDecoder().decode(bytes);
  return fromJson(text) ?? fromForm(text, headers);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // journalled as a form, or not at all: the service says what is wrong with it
  }
}

function fromForm(text: string, headers: Headers): unknown {
  const isForm = FORM_TYPE.test(headers.get('content-type') ?? '');
  if (!isForm) return null;
  const fields = [...new URLSearchParams(text)];
  return Object.fromEntries(fields.map((field) => (FORM_FIELDS.has(field[0]) ? field : HIDDEN)));
}
