import type { HiddenValues } from './tools.ts';

const SECRET_NAMES =
  /^(?:authorization|password|private_?key|string_value|client_assertion|.*secret|.*token)$/iu;

/** They end like secrets, and a test would miss them. */
const HARMLESS_NAMES = /(?:page|idempotency|continuation)_?token$/iu;

/** Nobody sends this much by intention, and thousands of levels would use up the stack. */
const DEEPEST = 100;

/** The value without its secrets: those it names as such, and those that are known to be some. */
export function redact(value: unknown, hidden: HiddenValues, depth = 0): unknown {
  if (typeof value === 'string') return hidden.redact(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DEEPEST) return { omitted: `what is deeper than ${DEEPEST} levels` };
  if (Array.isArray(value)) return value.map((item: unknown) => redact(item, hidden, depth + 1));

  const marked = 'isSecret' in value && value.isSecret === true;
  return Object.fromEntries(
    Object.entries(value).map(([name, content]: [string, unknown]) => {
      const isSecret = isSecretName(name) || (marked && name === 'value');
      // `{ "secret": true }` says that there is one, not what it is.
      const isText = isSecret && typeof content === 'string' && content !== '';
      return [hidden.redact(name), isText ? '***' : redact(content, hidden, depth + 1)];
    }),
  );
}

function isSecretName(name: string): boolean {
  return SECRET_NAMES.test(name) && !HARMLESS_NAMES.test(name);
}
