/** What is to happen when, in a time that is a number: nothing happens in between. */
export interface Schedule {
  /** Milliseconds since the seed's beginning. */
  readonly now: () => number;
  /** Calls back after so long; what it returns calls that off. */
  readonly in: (ms: number, what: () => void | Promise<void>) => () => void;
  /**
   * Lets things happen, one after the other and each to its end, until it is over.
   * @throws whatever one of them throws
   */
  run(isOver: () => boolean): Promise<void>;
}

interface Entry {
  readonly atMs: number;
  readonly number: number;
  readonly what: () => void | Promise<void>;
  isOff: boolean;
}

export function openSchedule(): Schedule {
  const heap: Entry[] = [];
  let nowMs = 0;
  let number = 0;
  return {
    now: () => nowMs,
    in(ms, what) {
      number += 1;
      const entry: Entry = {
        atMs: nowMs + Math.max(0, Math.round(ms)),
        number,
        what,
        isOff: false,
      };
      push(heap, entry);
      return () => {
        entry.isOff = true;
      };
    },
    async run(isOver) {
      while (!isOver()) {
        const entry = pop(heap);
        if (!entry) return;
        if (entry.isOff) continue;
        nowMs = entry.atMs;
        await entry.what();
        await stillness();
      }
    },
  };
}

/** Resolves when everything that is able to go on has done so: the next tick comes after them. */
function stillness(): Promise<void> {
  return new Promise((resolve) => {
    queueMicrotask(() => process.nextTick(resolve));
  });
}

function isBefore(a: Entry | undefined, b: Entry | undefined): boolean {
  if (!a || !b) return a !== undefined;
  return a.atMs === b.atMs ? a.number < b.number : a.atMs < b.atMs;
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.length;
  heap.push(entry);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(entry, heap[parent])) return;
    swap(heap, at, parent);
    at = parent;
  }
}

function pop(heap: Entry[]): Entry | undefined {
  const [first] = heap;
  const last = heap.pop();
  if (!first || !last || heap.length === 0) return first;
  heap[0] = last;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const least = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
    if (!isBefore(heap[least], heap[at])) return first;
    swap(heap, at, least);
    at = least;
  }
}

function swap(heap: Entry[], a: number, b: number): void {
  const [one, other] = [heap[a], heap[b]];
  if (!one || !other) return;
  heap[a] = other;
  heap[b] = one;
}
