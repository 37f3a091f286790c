import type { Secret } from './secret.ts';

const MAX_CHARACTERS = 200;

/** The beginning of somebody else's text, fit for an error message: one line, no tags, no tokens. */
export function excerpt(text: string, token?: Secret): string {
  const sent = token?.reveal() ?? '';
  const line = (sent === '' ? text : text.replaceAll(sent, '***'))
    .slice(0, 20 * MAX_CHARACTERS)
    .replaceAll(/eyJ[\w-]+\.[\w.-]+/g, '***')
    .replaceAll(/<[^<>]*>/g, ' ')
    .replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim();
  return line.length > MAX_CHARACTERS ? `${line.slice(0, MAX_CHARACTERS - 1)}…` : line;
}
