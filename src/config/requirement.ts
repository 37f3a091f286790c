import { z } from 'zod';

import type { Requirement } from '../model/rule.ts';
import { proofKinds } from '../proofs/index.ts';
import type { SourceSettings } from './config.ts';
import type { Problem } from './problem.ts';
import type { RuleEntry } from './rules.ts';
import type { Path, SourceText } from './source-text.ts';

interface Surroundings {
  readonly sources: ReadonlyMap<string, SourceSettings>;
  readonly text: SourceText;
  readonly at: Path;
}

export interface FoundRequirement {
  readonly requirement: Requirement | null;
  readonly problems: readonly Problem[];
}

/**
 * What a rule's `require` means: `databricks_run` alone looks into the only source that can be
 * looked into; where there are several, the rule names one.
 */
export function findRequirement(
  { require: wanted }: RuleEntry,
  { sources, text, at }: Surroundings,
): FoundRequirement {
  if (wanted === undefined) return { requirement: null, problems: [] };
  const { type, source } = typeof wanted === 'string' ? { type: wanted, source: null } : wanted;
  const path = [...at, 'require'];
  const able = sourcesFor(type, sources);
  if (!able) {
    const hint = `known are ${proofKinds.map((one) => one.type).join(', ')}`;
    return problem(text, path, { message: `unknown requirement "${type}"`, hint });
  }
  const chosen = source ?? (able.length === 1 ? able[0] : undefined);
  if (chosen !== undefined && able.includes(chosen)) {
    return { requirement: { type, source: chosen }, problems: [] };
  }
  return problem(text, path, {
    message:
      source === null ? 'does not say in which source to look' : `cannot look into ${source}`,
    hint:
      able.length > 0
        ? `write require: {type: ${type}, source: NAME}, with one of ${able.join(', ')}`
        : 'configure a source of a Databricks workspace',
  });
}

/** The sources that this kind of proof can look into; null: there is no such kind. */
function sourcesFor(type: string, sources: Surroundings['sources']): readonly string[] | null {
  const kind = proofKinds.find((one) => one.type === type);
  if (!kind) return null;
  return [...sources]
    .filter(([, { settings }]) => kind.config.safeParse(placeOf(settings)).success)
    .map(([name]) => name);
}

const Place = z.object({ host: z.string(), identity: z.string() });

/** The part of a source's settings that says where it is, and as whom we go there. */
export function placeOf(settings: unknown): unknown {
  return Place.safeParse(settings).data;
}

function problem(
  text: SourceText,
  path: Path,
  said: { readonly message: string; readonly hint: string },
): FoundRequirement {
  return { requirement: null, problems: [text.problem(path, said)] };
}
