/** The event or delivery that an address leads to: `#evt_…`, `#dlv_…`; null: none. */
export function linkedId(hash: string): string | null {
  return /^#(?<id>(?:evt|dlv)_[\w-]+)$/.exec(hash)?.groups?.['id'] ?? null;
}
