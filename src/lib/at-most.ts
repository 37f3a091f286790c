/** Does work in its turn: so much of it at the same time, and no more. */
export type Turns = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Lets `most` pieces of work be under way at once; the others wait, in the order they came. */
export function atMost(most: number): Turns {
  const waiting: (() => void)[] = [];
  let underWay = 0;
  return async (work) => {
    if (underWay >= most) await new Promise<void>((go) => waiting.push(go));
    else underWay += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // Whoever goes next takes the place over.
      if (next) next();
      else underWay -= 1;
    }
  };
}
