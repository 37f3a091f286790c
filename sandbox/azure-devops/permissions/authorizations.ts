import type { AzureDevops } from '../state.ts';

/** Which pipelines may use a thing: a variable group, a repository. */
export interface Authorization {
  readonly type: string;
  readonly id: string;
  all: boolean;
  readonly pipelines: Set<number>;
  /** Told when more may use it. */
  readonly waiting: Set<() => void>;
}

/** Who may use a thing; what nobody has spoken of yet, all may. */
export function authorizationOf(state: AzureDevops, type: string, id: string): Authorization {
  const key = `${type}:${id}`.toLowerCase();
  const known = state.authorizations.get(key);
  if (known) return known;
  const made = {
    type,
    id,
    all: true,
    pipelines: new Set<number>(),
    waiting: new Set<() => void>(),
  };
  state.authorizations.set(key, made);
  return made;
}

/** Whether a pipeline may use a thing. */
function mayUse({ all, pipelines }: Authorization, pipeline: number): boolean {
  return all || pipelines.has(pipeline);
}

/** Fulfilled when a pipeline may use all of these; null: it may already. */
export function whenAuthorized(
  wanted: readonly Authorization[],
  pipeline: number,
): Promise<void> | null {
  const isOpen = () => wanted.every((one) => mayUse(one, pipeline));
  if (isOpen()) return null;
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => {
    if (!isOpen()) return;
    for (const { waiting } of wanted) waiting.delete(look);
    resolve();
  };
  for (const { waiting } of wanted) waiting.add(look);
  return promise;
}

/** Lets those look again who wait for a thing. */
export function tellWaiting({ waiting }: Authorization): void {
  for (const look of waiting) look();
}
