/** An answer with its bytes, and whom it was given to. */
export interface Known {
  readonly response: Response;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly principal: string | null;
}

/** What each GET was answered last, so that it can be repeated when it is no longer true. */
export interface EarlierAnswers {
  /** Whether there is another answer to this GET, which was not repeated as often as this yet. */
  isRepeatable(url: string, current: Known, times: number): boolean;
  /** The answer from before. */
  repeat(url: string, current: Known): Known;
  /** This one is the last from now on. */
  keep(url: string, current: Known): void;
}

/** The sandbox is watched while it runs: what nobody asks for again goes first. */
const KEPT = 300;
const MAX_BYTES = 64 * 1024;

/** No answers yet. */
export function openEarlierAnswers(): EarlierAnswers {
  const byQuestion = new Map<string, { readonly last: Known; repeated: number }>();
  const question = (url: string, { principal }: Known) => `${principal ?? ''} ${url}`;

  return {
    isRepeatable(url, current, times) {
      const found = byQuestion.get(question(url, current));
      return found !== undefined && found.repeated < times && !isSame(found.last, current);
    },
    repeat(url, current) {
      const found = byQuestion.get(question(url, current));
      if (!found) throw new Error(`there is no earlier answer to ${url}`);
      found.repeated += 1;
      return found.last;
    },
    keep(url, current) {
      const key = question(url, current);
      byQuestion.delete(key);
      if (current.bytes.length > MAX_BYTES) return;
      byQuestion.set(key, { last: current, repeated: 0 });
      const [oldest] = byQuestion.keys();
      if (byQuestion.size > KEPT && oldest !== undefined) byQuestion.delete(oldest);
    },
  };
}

function isSame(one: Known, other: Known): boolean {
  return (
    one.response.status === other.response.status && Buffer.compare(one.bytes, other.bytes) === 0
  );
}
