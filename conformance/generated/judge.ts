import { z } from 'zod';

import type { GeneratedRequest } from './request.ts';
import type { Answer } from './send.ts';
import type { Target } from './target.ts';

const Fields = z.record(z.string(), z.unknown());

/** What is wrong with an answer; null: a vendor might have given it. */
export function judge(target: Target, request: GeneratedRequest, answer: Answer): string | null {
  const { status, type, text } = answer;
  if (text.includes('the sandbox failed')) return 'the sandbox failed';
  if (/\n\s+at .*\.ts:\d+|node:internal/u.test(text)) return 'an answer with a stack in it';
  // Where there is no body there is nothing to judge it by.
  if (status < 400 || request.method === 'HEAD') return null;
  const refusal = { status, type, text, json: fieldsOf(text), request };
  if (status < 500) return target.wrongWith(refusal);
  return target.fails?.(refusal) ? null : `an answer with status ${status}`;
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return Fields.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
