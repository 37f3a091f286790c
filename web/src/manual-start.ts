import type { RuleView, StatusView } from '../../src/http/views.ts';

const MANUAL = 'manual.requested';
const NAMED = /^event\.name\s*==\s*(?:"(?<double>[^"\\]+)"|'(?<single>[^'\\]+)')$/;

/** A rule that a person can start by hand. */
export interface ManualStart {
  readonly rule: string;
  readonly target: string;
  /** The name that the rule asks for; null: its condition is more than that, so a person says. */
  readonly name: string | null;
  readonly when: string | null;
}

/** The rules on requests made by hand. */
export function manualStarts({ rules }: Pick<StatusView, 'rules'>): readonly ManualStart[] {
  return rules
    .filter(({ on }) => on.includes(MANUAL))
    .map((rule) => ({
      rule: rule.name,
      target: rule.target,
      name: nameIn(rule),
      when: rule.when,
    }));
}

/** The sources that take requests made by hand. */
export function manualSources({ sources }: Pick<StatusView, 'sources'>): readonly string[] {
  return sources.filter(({ type }) => type === 'manual').map(({ name }) => name);
}

function nameIn({ when }: RuleView): string | null {
  const found = NAMED.exec(when?.trim() ?? '')?.groups;
  return found?.['double'] ?? found?.['single'] ?? null;
}
