/** Whether a name is what a list was asked for; `*` stands for any characters. */
export function matchesName(name: string, asked: string | null): boolean {
  if (asked === null || asked === '') return true;
  const source = asked
    .split('*')
    .map((part) => RegExp.escape(part))
    .join('.*');
  return new RegExp(`^${source}$`, 'is').test(name);
}
