/** No pause is longer: the limit counts in windows of five minutes. */
const LONGEST_MS = 5 * 60_000;

/** Below this part of what is left, the next calls would be held, and then turned away. */
const SCARCE = 0.1;

/**
 * How long to leave Azure DevOps alone by what an answer says, in milliseconds; 0: no need.
 *
 * It asks for a pause with good answers, too, when it has begun to hold our requests.
 * Source: MicrosoftDocs/azure-devops-docs, integrate/concepts/rate-limits, "Client experience"
 */
export function restMsIn(headers: Headers): number {
  const asked = numberIn(headers, 'retry-after') * 1000;
  const isScarce =
    numberIn(headers, 'x-ratelimit-remaining') < SCARCE * numberIn(headers, 'x-ratelimit-limit');
  const untilReset = numberIn(headers, 'x-ratelimit-reset') * 1000 - dateOf(headers);
  const restMs = Math.max(asked || 0, isScarce ? untilReset || 0 : 0);
  return Math.min(restMs, LONGEST_MS);
}

/** NaN: it is not there, or no number. */
function numberIn(headers: Headers, name: string): number {
  return Number.parseFloat(headers.get(name) ?? '');
}

/** By their clock: ours may be another. */
function dateOf(headers: Headers): number {
  return Date.parse(headers.get('date') ?? '');
}
