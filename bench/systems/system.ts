/** Something that takes in a signed webhook, keeps it, and makes one HTTP call of it. */
export interface System {
  readonly name: string;
  /** Where it takes webhooks in: `/hooks/registry`. */
  readonly path: string;
  start(at: Place): Promise<Running>;
}

export interface Place {
  readonly folder: string;
  /** The port of the service that is to be called. */
  readonly target: number;
}

export interface Running {
  /** Where webhooks may be sent, one port for each process that takes them in. */
  readonly ports: readonly number[];
  /** All processes that it consists of, its database's among them. */
  readonly pids: readonly number[];
  /** How many events it has not carried through to the end, as it would say after a crash. */
  open(): Promise<number>;
  stop(): Promise<void>;
}

/** For those that are asked for nothing but their calls. */
export const nothingOpen = async (): Promise<number> => 0;
