import { type Breaker, closed, type Heard } from '../model/breaker.ts';
import type { Target, TargetHeard, TargetRoom } from '../store/store.ts';
import type { Engine } from './engine.ts';

/** What one process knows of its calls to the targets. */
export interface TargetCalls {
  /** How many more each target may get from us. */
  rooms(): readonly TargetRoom[];
  /** What was heard since this was asked last: to be handed on with the next claim. */
  takeHeard(): readonly TargetHeard[];
  /** Takes back what could not be handed on. */
  keepHeard(heard: readonly TargetHeard[]): void;
  isHeard(): boolean;
  /** Learns how the targets stand, by what all processes have heard. */
  learn(targets: readonly Target[]): void;
  /** A call to a target: from here until `end`. */
  begin(target: string): Call;
}

interface Call {
  /** True where the target is only tried. */
  readonly isProbe: boolean;
  readonly hear: (heard: Heard) => void;
  readonly end: () => void;
}

/** @param onRoom called when another claim may find more than the last one did */
export function openTargetCalls(engine: Engine, onRoom: () => void): TargetCalls {
  const underWay = new Map<string, number>();
  const breakers = new Map<string, Breaker>();
  const most = engine.settings.concurrency;
  let heard: readonly TargetHeard[] = [];

  function hear(target: string, one: Heard): void {
    const isWell = (breakers.get(target) ?? closed).failures === 0;
    const isNews = one.kind === 'failed' || !isWell || heard.some((of) => of.target === target);
    if (!isNews) return;
    heard = [...heard, { target, heard: one }];
    onRoom();
  }

  function end(target: string): void {
    const left = (underWay.get(target) ?? 1) - 1;
    underWay.set(target, left);
    // Not for each that ends: a claim of many costs hardly more than a claim of one.
    if (left === Math.floor(most / 2)) onRoom();
  }

  return {
    rooms: () =>
      [...engine.targets.keys()].map((name) => {
        const { limits } = engine.terms(name);
        return { name, room: most - (underWay.get(name) ?? 0), limits };
      }),
    takeHeard() {
      const taken = heard;
      heard = [];
      return taken;
    },
    keepHeard(kept) {
      heard = [...kept, ...heard];
    },
    isHeard: () => heard.length > 0,
    learn(targets) {
      for (const { name, breaker } of targets) {
        announce(engine, name, { before: breakers.get(name) ?? closed, now: breaker });
        breakers.set(name, breaker);
      }
    },
    begin(target) {
      underWay.set(target, (underWay.get(target) ?? 0) + 1);
      const isProbe = (breakers.get(target) ?? closed).openings > 0;
      return { isProbe, hear: (one) => hear(target, one), end: () => end(target) };
    },
  };
}

/** A target that is left alone, or called again, is worth a line in the log. */
function announce(
  { log }: Engine,
  target: string,
  { before, now }: { readonly before: Breaker; readonly now: Breaker },
): void {
  const { openings, failures, reason, probeAtMs } = now;
  if (before.openings === 0 && openings > 0) {
    const probeAt = new Date(probeAtMs).toISOString();
    log.warn({ target, failures, reason, probeAt }, 'target does not work, and is left alone');
  } else if (before.openings > 0 && openings === 0) {
    log.info({ target }, 'target works again');
  }
}
