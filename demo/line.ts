/** One line of the table that a demonstration ends with. */
export interface Line {
  readonly step: string;
  readonly expected: string;
  readonly seen: string;
  readonly agrees: boolean;
  /** Where a person can look at it. */
  readonly link: string | null;
}

/** Takes the lines as they come: prints them, or keeps quiet until the end. */
export type Tell = (line: Line) => void;

interface Compared {
  readonly step: string;
  readonly expected: string;
  readonly seen: string;
  readonly link?: string | null;
}

/** A line that agrees when what was seen is what was expected, to the letter. */
export function compare({ step, expected, seen, link = null }: Compared): Line {
  return { step, expected, seen, agrees: expected === seen, link };
}
