/** A path pattern: one star stands for anything within a part, two also for the slashes between. */
export function pathGlob(pattern: string): RegExp {
  return compiled(pattern, (stars) => (stars.length === 1 ? '[^/]*' : '.*'));
}

/** Whether a text fits a pattern in which stars stand for anything. */
export function fitsText(pattern: string, text: string): boolean {
  return pattern.includes('*') ? compiled(pattern, () => '.*').test(text) : pattern === text;
}

function compiled(pattern: string, star: (stars: string) => string): RegExp {
  const source = pattern
    .split(/(\*+)/u)
    .map((part) => (part.startsWith('*') ? star(part) : RegExp.escape(part)))
    .join('');
  return new RegExp(`^${source}$`, 'su');
}
