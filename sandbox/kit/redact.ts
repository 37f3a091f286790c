import type { HiddenValues } from './tools.ts';

const SECRET_NAMES =
  /^(?:authorization|password|private_?key|string_value|client_assertion|.*secret|.*token)$/iu;

/** They end like secrets, and a test would miss them. */
const HARMLESS_NAMES = /(?:page|idempotency|continuation)_?token$/iu;

/** The value without its secrets: those it names as such, and those that are known to be some. */
export function redact(value: unknown, hidden: HiddenValues): unknown {
  if (typeof value === 'string') return hidden.redact(value);
  if (Array.isArray(value)) return value.map((item: unknown) => redact(item, hidden));
  if (typeof value !== 'object' || value === null) return value;

  const marked = 'isSecret' in value && value.isSecret === true;
  return Object.fromEntries(
    Object.entries(value).map(([name, content]: [string, unknown]) => {
      const isSecret = isSecretName(name) || (marked && name === 'value');
      return [hidden.redact(name), isSecret ? starred(content, hidden) : redact(content, hidden)];
    }),
  );
}

function isSecretName(name: string): boolean {
  return SECRET_NAMES.test(name) && !HARMLESS_NAMES.test(name);
}

/** `{ "secret": true }` says that there is one, not what it is. */
function starred(content: unknown, hidden: HiddenValues): unknown {
  return typeof content === 'string' && content !== '' ? '***' : redact(content, hidden);
}
