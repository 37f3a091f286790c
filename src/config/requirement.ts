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
  const type = typeof wanted === 'string' ? wanted : wanted.type;
  const path = [...at, 'require'];
  const kind = proofKinds.find((one) => one.type === type);
  if (!kind) {
    const hint = `known are ${proofKinds.map((one) => one.type).join(', ')}`;
    return problem(text, path, { message: `unknown requirement "${type}"`, hint });
  }
  const able = [...sources]
    .filter(([, { settings }]) => kind.config.safeParse(placeOf(settings)).success)
    .map(([name]) => name);
  const named = typeof wanted === 'string' ? null : wanted.source;
  const [only] = able;
  const source = named ?? (able.length === 1 ? only : undefined);
  if (source !== undefined && able.includes(source)) {
    return { requirement: { type, source }, problems: [] };
  }
  return problem(text, path, {
    message: named === null ? `does not say in which source to look` : `cannot look into ${named}`,
    hint:
      able.length > 0
        ? `write require: {type: ${type}, source: NAME}, with one of ${able.join(', ')}`
        : 'configure a source of a Databricks workspace',
  });
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
