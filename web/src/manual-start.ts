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

/**
 * The sources that may take requests made by hand, likeliest first. The status does not tell the
 * types of sources; but what can be compared is a registry.
 */
export function manualSources({ sources }: Pick<StatusView, 'sources'>): readonly string[] {
  const names = sources.filter((one) => one.complete_until === null).map(({ name }) => name);
  return names.toSorted((a, b) => Number(b === 'manual') - Number(a === 'manual'));
}

function nameIn({ when }: RuleView): string | null {
  const found = NAMED.exec(when?.trim() ?? '')?.groups;
  return found?.['double'] ?? found?.['single'] ?? null;
}
