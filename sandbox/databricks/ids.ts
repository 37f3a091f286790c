/** Ids of the real service look like this one. A multiple of 1024: see below. */
const BEFORE_FIRST = 246_372_968_680_448;

const OWN = /(?<!\d)2463729\d{8}(?!\d)/gu;
const LIFTED = /(?<!\d)9000(?<own>2463729\d{8})(?!\d)/gu;

/** The numbers of jobs, runs and task runs, as the workspace holds them and as it shows them. */
export interface Ids {
  /** Increasing numbers of fifteen digits, for jobs, runs and task runs alike. */
  readonly next: () => number;
  /** A text as the outside sees it. */
  readonly shown: (text: string) => string;
  /** A text from outside as the workspace understands it. */
  readonly taken: (text: string) => string;
}

/**
 * With big ids, what goes out has `9000` before each of them, and what comes in has it taken off: the
 * workspace itself counts in numbers that JavaScript can hold. Beyond 2^62 such numbers lie 1,024
 * apart, so that a reader which rounds asks for a run before the first, which there is not.
 *
 * Source: databricks-sdk-py service/jobs.py: ids are int64.
 */
export function openIds({ big }: { readonly big: boolean }): Ids {
  let last = BEFORE_FIRST;
  return {
    next: () => {
      last += 1;
      return last;
    },
    shown: big ? (text) => text.replaceAll(OWN, '9000$&') : (text) => text,
    taken: big ? (text) => text.replaceAll(LIFTED, '$<own>') : (text) => text,
  };
}
