/** A number of fifteen digits, always the same for the same text: for ids nobody hands out. */
export function numberOf(text: string): number {
  let number = 0;
  for (const character of text) {
    number = (number * 31 + (character.codePointAt(0) ?? 0)) % 900_000_000_000_000;
  }
  return 100_000_000_000_000 + number;
}
