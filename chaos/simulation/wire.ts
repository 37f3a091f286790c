import { type Call, makeCall } from './call.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

/** Everything that a process says to others goes over one, and whatever can happen to it, does. */
export type Wire = <Result>(call: Call<Result>) => Promise<Result>;

/** @param stop ends the process as an operator does */
export function openWire(world: World, process: Process, stop: () => void): Wire {
  return (call) => {
    const { effectMs, answerMs } = call.fate;
    strikeProcess(world, process, { stop, withinMs: 2 + (effectMs ?? 0) + (answerMs ?? 0) });
    return makeCall({ schedule: world.schedule, history: world.history, process }, call);
  };
}

interface Strike {
  readonly stop: () => void;
  readonly withinMs: number;
}

/** At any of its calls: before it takes effect, after it, or when the answer is there. */
function strikeProcess(world: World, process: Process, { stop, withinMs }: Strike): void {
  const { weather, random, schedule } = world;
  const soon = (what: () => void) => schedule.in(random.below(withinMs), what);
  if (weather.strikes('process.killed')) soon(() => process.kill(false));
  if (weather.strikes('process.killed-with-its-calls')) soon(() => process.kill(true));
  if (weather.strikes('process.paused')) {
    const forMs = 50 + random.below(random.chance(0.5) ? 500 : 2500);
    soon(() => process.pause(forMs));
  }
  if (weather.strikes('process.stopped')) soon(() => process.goOn(stop));
}
