/** The agents of a pool: each runs one job at a time. */
export interface Agents {
  /**
   * Waits for an agent, in the order of asking; give it back by calling what it returns.
   * @throws {Error} the signal was aborted while waiting
   */
  take(signal: AbortSignal): Promise<() => void>;
}

/** A pool of so many agents. */
export function openAgents(count: number): Agents {
  let free = count;
  const waiting: (() => void)[] = [];
  const giveBack = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };

  return {
    async take(signal) {
      signal.throwIfAborted();
      if (free > 0) {
        free -= 1;
        return once(giveBack);
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const giveUp = () => {
        waiting.splice(waiting.indexOf(resolve), 1);
        reject(new Error('The run was canceled while it waited for an agent'));
      };
      waiting.push(resolve);
      signal.addEventListener('abort', giveUp, { once: true });
      await promise;
      signal.removeEventListener('abort', giveUp);
      return once(giveBack);
    },
  };
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}
