import { readFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import { ConfigError } from '../lib/errors.ts';
import { nearest } from '../lib/nearest.ts';
import { sourceKinds } from '../sources/index.ts';
import { targetKinds } from '../targets/index.ts';
import { type Config, ConfigFile, type SourceSettings, type TargetSettings } from './config.ts';
import { ConfigProblems, type Problem } from './problem.ts';
import { findRequirement } from './requirement.ts';
import { compileRule } from './rules.ts';
import { resolveSecrets } from './secret-references.ts';
import { type Override, type Path, readSourceText, type SourceText } from './source-text.ts';
import { termsOf, withoutTerms } from './target-terms.ts';
import { validate } from './validate.ts';

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly overrides?: readonly Override[];
}

/**
 * Reads a configuration file into a value that is known to be right.
 * @throws {ConfigProblems} everything that is wrong with it, each with file, line and column
 * @throws {ConfigError} there is no such file
 */
export function loadConfig(file: string, surroundings: Surroundings): Config {
  const text = readSourceText(read(file), surroundings.overrides ?? []);
  if (text.problems.length > 0) throw new ConfigProblems(file, text.problems);

  const folder = path.dirname(path.resolve(file));
  const resolved = resolveSecrets(text, { env: surroundings.env, folder });
  const built = understand(text, resolved.value ?? {});
  const problems = [...resolved.problems, ...built.problems];
  if (!built.config || problems.length > 0) throw new ConfigProblems(file, problems);
  return built.config;
}

/** Everything that is wrong, and the configuration as far as it can be made out. */
function understand(text: SourceText, value: unknown): Partial<Built> & Pick<Built, 'problems'> {
  const valid = validate(text, [], { schema: ConfigFile, value });
  if (valid.kind === 'valid') return build(text, valid.value);
  const rest = valid.rest ? build(text, valid.rest).problems : [];
  return { problems: [...valid.problems, ...rest] };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError('CONFIG_INVALID', `${file} cannot be read`, {
      cause,
      hint: 'name the configuration with --config FILE',
    });
  }
}

interface Built {
  readonly config: Config;
  readonly problems: readonly Problem[];
}

function build(text: SourceText, file: ConfigFile): Built {
  const problems: Problem[] = [];
  const identities = new Map(Object.entries(file.identities));
  const place = { text, identities, problems };
  const sources = new Map<string, SourceSettings>(
    entriesOf(file.sources, { ...place, section: 'sources', kinds: sourceKinds }),
  );
  const targets = targetsOf(file, place);
  const rules = file.rules.flatMap((_, index) => {
    const built = buildRule(file, index, { text, sources, targets });
    problems.push(...built.problems);
    return built.rules;
  });
  const token = file.http.token ?? null;
  const claimToken = file.http.claim_token ?? null;
  const postgres = file.store.postgres ?? null;
  return {
    config: {
      identities,
      sources,
      targets,
      rules,
      engine: file.engine,
      token,
      claimToken,
      postgres,
    },
    problems,
  };
}

/** What is said of every kind of target is checked already, and no business of the kinds. */
function targetsOf(file: ConfigFile, place: Place): ReadonlyMap<string, TargetSettings> {
  const own = Object.entries(file.targets).map(
    ([name, entry]) => [name, withoutTerms(entry)] as const,
  );
  const section = { ...place, section: 'targets', kinds: targetKinds };
  return new Map(
    entriesOf(Object.fromEntries(own), section).map(([name, settings]) => {
      const entry = file.targets[name] ?? { type: settings.kind.type };
      return [name, { ...settings, terms: termsOf(entry, file.engine.start_for) }];
    }),
  );
}

interface RuleSurroundings {
  readonly text: SourceText;
  readonly sources: ReadonlyMap<string, SourceSettings>;
  readonly targets: ReadonlyMap<string, TargetSettings>;
}

/** The rule at `index`, or none where its target is not right: without it nothing can be checked. */
function buildRule(file: ConfigFile, index: number, { text, sources, targets }: RuleSurroundings) {
  const at: Path = ['rules', index];
  const entry = file.rules[index];
  const problems: Problem[] = [];
  if (!entry) return { rules: [], problems };
  if (file.rules.findIndex(({ name }) => name === entry.name) < index) {
    const message = `there is a rule ${entry.name} already`;
    problems.push(text.problem([...at, 'name'], { message }));
  }
  const { target: name, ...run } = entry.run;
  const target = targets.get(name);
  if (!target) {
    const isThere = Object.hasOwn(file.targets, name);
    const known = { name, what: 'target', known: [...targets.keys()] };
    if (!isThere) problems.push(unknownName(text, [...at, 'run', 'target'], known));
    return { rules: [], problems };
  }
  const valid = validate(text, [...at, 'run'], { schema: target.kind.request, value: run });
  const required = findRequirement(entry, { sources, text, at });
  const request: unknown = valid.kind === 'valid' ? valid.value : {};
  const { requirement } = required;
  const compiled = compileRule({ entry, request, requirement, at, text });
  problems.push(...(valid.kind === 'invalid' ? valid.problems : []));
  problems.push(...required.problems, ...compiled.problems);
  return { rules: [compiled.rule], problems };
}

const Identified = z.object({ identity: z.string() });

interface Kind {
  readonly type: string;
  readonly config: SourceSettings['kind']['config'];
}

interface Place {
  readonly text: SourceText;
  readonly identities: ReadonlyMap<string, unknown>;
  readonly problems: Problem[];
}

interface Section<AnyKind extends Kind> extends Place {
  readonly section: string;
  readonly kinds: readonly AnyKind[];
}

/** The entries of `sources` or `targets`, each checked by its own kind. */
function entriesOf<AnyKind extends Kind>(
  entries: Readonly<Record<string, { readonly type: string }>>,
  { section, kinds, text, identities, problems }: Section<AnyKind>,
) {
  return Object.entries(entries).flatMap(([name, { type, ...rest }]) => {
    const at = [section, name];
    const kind = kinds.find((one) => one.type === type);
    if (!kind) {
      const known = kinds.map((one) => one.type);
      problems.push(unknownName(text, [...at, 'type'], { name: type, what: 'type', known }));
      return [];
    }
    const valid = validate(text, at, { schema: kind.config, value: rest });
    if (valid.kind === 'invalid') {
      problems.push(...valid.problems);
      return [];
    }
    const identity = Identified.safeParse(rest).data?.identity;
    if (identity !== undefined && !identities.has(identity)) {
      const known = [...identities.keys()];
      problems.push(
        unknownName(text, [...at, 'identity'], { name: identity, what: 'identity', known }),
      );
    }
    const settings: unknown = valid.value;
    return [[name, { kind, settings }] as const];
  });
}

function unknownName(
  text: SourceText,
  at: Path,
  { name, what, known }: { name: string; what: string; known: readonly string[] },
): Problem {
  const meant = nearest(name, known);
  const list = known.length > 0 ? `known are ${known.join(', ')}` : `there is none`;
  return text.problem(at, {
    message: `unknown ${what} "${name}"`,
    hint: meant ? `did you mean "${meant}"?` : list,
  });
}
