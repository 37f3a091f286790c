/** Epoch milliseconds as ISO 8601: inside we count, at the edges we write. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}
