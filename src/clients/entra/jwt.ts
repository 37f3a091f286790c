/**
 * The claims of a token, unchecked: who may believe them is for its receiver to say.
 *
 * Undefined where it is no signed token at all, such as the `null` that `jq` makes of an error.
 */
export function claimsIn(text: string): unknown {
  const [header, payload, signature, ...more] = text.split('.');
  if (!header || !payload || !signature || more.length > 0) return undefined;
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
