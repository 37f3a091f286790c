import type { Call } from '../kit/action.ts';
import { AadstsError } from './aadsts.ts';

/** The parameters of a token request, each named once. */
export type Form = ReadonlyMap<string, string>;

/**
 * The body of a token request, decoded to the letter: `+` is a blank, `&` ends a value, and a `%`
 * that begins no escape is an error. A secret that was not encoded does not get through.
 *
 * Source: https://url.spec.whatwg.org/#application/x-www-form-urlencoded, RFC 6749 appendix B
 * @throws {AadstsError} 9002313
 */
export async function formOf(call: Call<unknown>): Promise<Form> {
  const type = call.request.headers.get('content-type') ?? '';
  const form = new Map<string, string>();
  if (!type.toLowerCase().startsWith('application/x-www-form-urlencoded')) return form;

  const pairs = (await call.text()).split('&').filter((pair) => pair !== '');
  for (const pair of pairs) {
    const [name = '', ...value] = pair.split('=');
    const decodedName = decoded(name);
    if (form.has(decodedName)) throw malformed();
    form.set(decodedName, decoded(value.join('=')));
  }
  return form;
}

/**
 * A parameter that has to be there.
 * @throws {AadstsError} 900144
 */
export function required(form: Form, name: string): string {
  const value = form.get(name);
  if (value !== undefined && value !== '') return value;
  throw new AadstsError(
    900144,
    `The request body must contain the following parameter: '${name}'.`,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw malformed();
  }
}

function malformed(): AadstsError {
  return new AadstsError(9002313, 'Invalid request. Request is malformed or invalid.');
}
