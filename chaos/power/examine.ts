import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { type Comparison, compare, wrongs } from '../intake/compare.ts';
import type { Ledger } from '../intake/ledger.ts';
import { findEvents, integrityOf } from '../intake/product.ts';

/** What a store that was found like this has against its ledger. */
export interface Examined {
  /** Null: it could not be opened. */
  readonly comparison: Comparison | null;
  /** In words; empty: all is well. */
  readonly wrong: readonly string[];
}

/** Opens the store as it lies in that folder, and holds it against the ledger. */
export async function examineFolder(folder: string, ledger: Ledger): Promise<Examined> {
  try {
    const comparison = compare(ledger, await findEvents(folder));
    const damage = integrityOf(folder).slice(0, 3);
    return { comparison, wrong: [...wrongs(comparison), ...damage] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { comparison: null, wrong: [`not to be opened: ${reason}`] };
  }
}

/** Lays these files, and no others, into a folder, and examines the store there. */
export async function examine(
  folder: string,
  files: ReadonlyMap<string, Buffer>,
  ledger: Ledger,
): Promise<Examined> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [name, content] of files) {
    if (!name.endsWith('-shm')) writeFileSync(path.join(folder, name), content);
  }
  return await examineFolder(folder, ledger);
}
