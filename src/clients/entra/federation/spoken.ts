import { excerpt } from '../../../lib/excerpt.ts';
import type { Assertion } from './assertion.ts';

/** What a federated credential has to say, word for word, for this token to be believed. */
export function spoken({ issuer, subject, audience }: Assertion): string {
  return `issuer ${excerpt(issuer)}, subject ${excerpt(subject)}, audience ${excerpt(audience)}`;
}
