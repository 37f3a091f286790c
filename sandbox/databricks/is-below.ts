import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';

/** Whether something is really below a folder, and no link leads out of it. */
export async function isBelow(folder: string, path: string): Promise<boolean> {
  const root = await realpath(folder).catch(() => folder);
  const real = await realpath(path).catch(() => null);
  return real !== null && (real === root || real.startsWith(root + sep));
}
