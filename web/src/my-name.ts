const PLACE = 'signalbox-name';

/** The name that was given last on this machine; ''. */
export function myName(): string {
  try {
    return localStorage.getItem(PLACE) ?? '';
  } catch {
    return ''; // the browser keeps nothing for us
  }
}

/** Keeps the name for the next time. */
export function keepName(name: string): void {
  try {
    localStorage.setItem(PLACE, name);
  } catch {
    // It is asked for again.
  }
}
