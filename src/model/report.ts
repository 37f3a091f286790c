import type { Verdict } from './outcome.ts';

/** What is written back on the model version. */
export interface Report {
  /** `tags` may be written again and again; a `comment` cannot be looked for, so only once. */
  readonly form: ReportForm;
  readonly model: string;
  readonly version: string;
  readonly rule: string;
  readonly delivery: string;
  readonly verdict: Verdict;
  readonly reason: string;
  /** What a person can follow, most telling first: `{ "Azure Pipelines run 12": "https://…" }`. */
  readonly links: readonly { readonly label: string; readonly url: string }[];
  readonly endedAtMs: number;
}

export const reportForms = ['tags', 'comment'] as const;
export type ReportForm = (typeof reportForms)[number];
