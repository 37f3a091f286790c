import type { Script } from './statement.ts';
import type { Held } from './store.ts';

/** What has to be said to one database, and goes without saying with another. */
export interface Dialect {
  /** Epoch milliseconds by the database's own clock. */
  clock(): Script<number>;
  /** Lets nobody else into what has this key until the transaction ends. */
  lock(key: string): Script<void>;
  /** The same, where nobody is in there; false, without a wait: somebody is. */
  tryLock(key: string): Script<boolean>;
  /**
   * Keeps a delivery in our hands until the transaction ends.
   * @throws {LeaseLost} it is in other hands
   */
  hold(held: Held): Script<void>;
}
