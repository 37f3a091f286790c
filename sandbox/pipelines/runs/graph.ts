interface Node {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

/** Runs every node as soon as all it depends on have ended. Results by name in lower case. */
export async function runGraph<N extends Node, R>(
  nodes: readonly N[],
  run: (node: N, before: ReadonlyMap<string, R>) => Promise<R>,
): Promise<ReadonlyMap<string, R>> {
  const started = new Map<string, Promise<R>>();
  const byName = new Map(nodes.map((node) => [node.name.toLowerCase(), node]));

  const start = (name: string): Promise<R> | undefined => {
    const node = byName.get(name);
    if (!node) return undefined;
    const running = started.get(name) ?? after(node);
    started.set(name, running);
    return running;
  };
  const after = async (node: N): Promise<R> => {
    const before = new Map<string, R>();
    for (const name of node.dependsOn) {
      const result = await start(name.toLowerCase());
      if (result !== undefined) before.set(name.toLowerCase(), result);
    }
    return run(node, before);
  };

  for (const name of byName.keys()) void start(name);
  // What fails does not leave the others unattended.
  await Promise.allSettled(started.values());
  const results = new Map<string, R>();
  for (const [name, result] of started) results.set(name, await result);
  return results;
}
