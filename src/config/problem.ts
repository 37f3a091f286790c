import { ConfigError } from '../lib/errors.ts';

/** One thing that is wrong in the configuration, and where. */
export interface Problem {
  /** `rules[0].when`, as a person would say it: `rules.integration-test.when`. */
  readonly path: string;
  readonly message: string;
  readonly hint: string | null;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
}

/** All problems of a configuration in one error, each a line: `signalbox.yaml:14:10 …`. */
export class ConfigProblems extends ConfigError {
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    super('CONFIG_INVALID', problems.map((problem) => lineOf(file, problem)).join('\n'));
    this.problems = problems;
  }
}

function lineOf(file: string, { path, message, hint, line, column }: Problem): string {
  const where = path === '' ? '' : `${path}: `;
  return `${file}:${line}:${column} ${where}${message}${hint === null ? '' : `, ${hint}`}`;
}
