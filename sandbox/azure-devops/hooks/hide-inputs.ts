import type { AzureDevops } from '../state.ts';
import { headerLines } from './send.ts';

/** Keeps passwords, and the values of headers, out of the journal: they are what receivers trust. */
export function hideInputs({ tools }: AzureDevops, inputs: Readonly<Record<string, string>>): void {
  const { basicAuthPassword = '', httpHeaders = '' } = inputs;
  if (basicAuthPassword !== '') tools.hidden.add(basicAuthPassword);
  for (const [name, value] of headerLines(httpHeaders)) {
    const isSecret = /auth|token|key|secret|password|signature/i.test(name);
    if (isSecret && value !== '') tools.hidden.add(value);
  }
}
