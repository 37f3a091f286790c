/**
 * Whether a path, or a name, fits a pattern: `**` stands for any folders, `*` for anything within
 * one, `?` for a character, `{a,b}` for either. The case counts, unless it is to be ignored.
 * Source: the patterns of isaacs/minimatch that docs/pipelines/tasks/file-matching-patterns.md names
 */
export function minimatch(path: string, pattern: string, ignoreCase = false): boolean {
  return alternatives(pattern).some((one) =>
    new RegExp(`^${sourceOf(one)}$`, ignoreCase ? 'isu' : 'su').test(path),
  );
}

function alternatives(pattern: string): readonly string[] {
  const [whole, inner] = /\{([^{}]*,[^{}]*)\}/u.exec(pattern) ?? [];
  if (whole === undefined || inner === undefined) return [pattern];
  // A function, as a `$` in a pattern means nothing.
  return inner.split(',').flatMap((part) => alternatives(pattern.replace(whole, () => part)));
}

function sourceOf(pattern: string): string {
  return pattern
    .replace(/^\.\//u, '')
    .split(/(\*\*\/|\/\*\*$|\*+|\?)/u)
    .map((part) => pieces[part] ?? (/^\*+$/u.test(part) ? anything(part) : RegExp.escape(part)))
    .join('');
}

const pieces: Readonly<Record<string, string>> = {
  '**/': '(?:.*/)?',
  '/**': '/.*',
  '?': '[^/]',
};

function anything(stars: string): string {
  return stars.length > 1 ? '.*' : '[^/]*';
}
