import { useEffect, useState } from 'preact/hooks';

import type { Board } from '../board.ts';
import { linkedId } from '../linked-id.ts';

export interface Linked {
  /** The event or delivery that the address leads to; null: none. */
  readonly id: string | null;
  readonly isMissing: boolean;
}

/** Follows the address to its event or delivery: brings it, shows it, and goes there. */
export function useLinked(board: Board, showAll: () => void): Linked {
  const [linked, setLinked] = useState<Linked>(() => ({
    id: linkedId(location.hash),
    isMissing: false,
  }));

  useEffect(() => {
    const follow = () => setLinked({ id: linkedId(location.hash), isMissing: false });
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);

  const isReady = board.events.value !== null && board.status.value !== null;
  useEffect(() => {
    const { id } = linked;
    if (id === null || !isReady) return;
    showAll();
    const bring = async () => {
      if (!(await board.include(id))) setLinked({ id, isMissing: true });
      // It is on the page after the next frame.
      else requestAnimationFrame(() => goTo(id));
    };
    void bring();
  }, [linked.id, isReady]);

  return linked;
}

function goTo(id: string): void {
  const element = document.getElementById(id);
  element?.scrollIntoView({ block: 'start' });
  element?.focus({ preventScroll: true });
}
