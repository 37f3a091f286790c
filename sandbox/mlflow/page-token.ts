import { invalidParameter } from './mlflow-error.ts';
import { pythonJson } from './python-json.ts';
import { pythonRepr } from './python-repr.ts';

/** The token of the page that starts at this offset. */
function pageToken(offset: number): string {
  return Buffer.from(pythonJson({ offset })).toString('base64');
}

/**
 * The offset that a token stands for; 0 for none.
 *
 * Source: mlflow/mlflow mlflow/utils/search_utils.py, parse_start_offset_from_page_token.
 * @throws {MlflowError} 400, the token is none of ours
 */
function offsetOf(token: string | undefined): number {
  if (!token) return 0;
  const letters = token.replaceAll(/[^A-Za-z0-9+/=]/g, '');
  if (letters.length % 4 !== 0) {
    throw invalidParameter('Invalid page token, could not base64-decode');
  }
  const text = Buffer.from(letters, 'base64').toString('latin1');
  const parsed = parse(text);
  if (typeof parsed !== 'object' || parsed === null) {
    throw invalidParameter(`Invalid page token, decoded value=b${pythonRepr(text)}`);
  }
  const offset = 'offset' in parsed ? parsed.offset : undefined;
  if (!offset) throw invalidParameter(`Invalid page token, parsed value=${pythonJson(parsed)}`);
  if (!Number.isSafeInteger(Number(offset))) {
    throw invalidParameter(`Invalid page token, not stringable ${pythonJson(offset)}`);
  }
  return Number(offset);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What is on one page, and the token of the next if there is one. */
export function pageOf<Item>(
  items: readonly Item[],
  size: number,
  token: string | undefined,
): { readonly items: readonly Item[]; readonly next: string | undefined } {
  const offset = Math.max(0, offsetOf(token));
  const rest = items.slice(offset);
  return {
    items: rest.slice(0, Math.max(0, size)),
    next: rest.length > size ? pageToken(offset + size) : undefined,
  };
}
