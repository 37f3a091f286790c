import type { Filter, Trigger } from './model/pipeline.ts';

/** A branch or a tag after a push. */
export interface Push {
  /** `refs/heads/dev-nick` */
  readonly ref: string;
  /** What the push changed, from the root of the repository; null: everything. */
  readonly changedPaths: readonly string[] | null;
}

/**
 * Whether a push starts a pipeline.
 * Source: docs/pipelines/repos/includes/ci-triggers1.md and ci-triggers5.md of
 * MicrosoftDocs/azure-devops-docs, trigger.md of MicrosoftDocs/azure-devops-yaml-schema
 */
export function isTriggered(trigger: Trigger, { ref, changedPaths }: Push): boolean {
  if (trigger.kind === 'none') return false;
  if (ref.startsWith('refs/tags/')) return tagStarts(trigger, ref);
  const { branches, tags, paths } = trigger;
  // With a filter of tags alone, branches start nothing.
  if (branches === null && tags !== null) return false;
  if (branches && !passes(branches, withoutPrefix(ref, 'refs/heads/'), 'refs/heads/')) return false;
  return !paths || changedPaths === null || changedPaths.some((path) => passesPath(paths, path));
}

/** Tags start nothing unless the pipeline names tags, below `tags` or by their full names. */
function tagStarts({ tags, branches }: Extract<Trigger, { kind: 'pushes' }>, ref: string): boolean {
  if (tags) return passes(tags, withoutPrefix(ref, 'refs/tags/'), 'refs/tags/');
  const namesTags = branches?.include.some((pattern) => pattern.startsWith('refs/tags/'));
  return branches !== null && namesTags === true && passes(branches, ref, '');
}

function passes({ include, exclude }: Filter, name: string, prefix: string): boolean {
  const matches = (pattern: string) => wildcard(withoutPrefix(pattern, prefix)).test(name);
  const included = include.length === 0 ? exclude.length > 0 : include.some(matches);
  return included && !exclude.some(matches);
}

function withoutPrefix(pattern: string, prefix: string): string {
  return pattern.startsWith(prefix) ? pattern.slice(prefix.length) : pattern;
}

/** Of patterns of paths the one that says most decides: `docs` may be excluded, `docs/api` not. */
function passesPath({ include, exclude }: Filter, path: string): boolean {
  const best = (patterns: readonly string[]) =>
    Math.max(-1, ...patterns.filter((pattern) => isBelow(pattern, path)).map(literalLength));
  const included = include.length === 0 ? 0 : best(include);
  return included >= 0 && included > best(exclude);
}

function isBelow(pattern: string, path: string): boolean {
  const bare = normalized(pattern);
  if (bare === '' || bare === '*' || bare === '**') return true;
  return wildcard(bare).test(path) || wildcard(`${bare.replace(/\/\*{0,2}$/, '')}/*`).test(path);
}

function literalLength(pattern: string): number {
  return normalized(pattern).replace(/[*?].*$/s, '').length;
}

function normalized(pattern: string): string {
  return pattern.replace(/^\//, '');
}

/** `*` stands for any characters, slashes included; `?` for one. */
function wildcard(pattern: string): RegExp {
  const source = Array.from(pattern.replace(/\*+/g, '*'), (character) => {
    if (character === '*') return '.*';
    return character === '?' ? '.' : RegExp.escape(character);
  });
  return new RegExp(`^${source.join('')}$`, 's');
}

const skipWords = [
  '[skip ci]',
  '[ci skip]',
  'skip-checks: true',
  'skip-checks:true',
  '[skip azurepipelines]',
  '[azurepipelines skip]',
  '[skip azpipelines]',
  '[azpipelines skip]',
  '[skip azp]',
  '[azp skip]',
  '***no_ci***',
];

/**
 * Whether a commit asks for no run.
 * Source: docs/pipelines/repos/azure-repos-git.md of MicrosoftDocs/azure-devops-docs, "Skip CI"
 */
export function skipsCi(message: string): boolean {
  const text = message.toLowerCase();
  return skipWords.some((word) => text.includes(word));
}
