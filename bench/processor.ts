import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';

/** How much processor time has gone by, in seconds since some moment in the past. */
export interface ProcessorTime {
  readonly atS: number;
  /** Of the whole machine, and of what the hypervisor gave to others. */
  readonly busyS: number;
  /** Of this process and all that it has started. */
  readonly ownS: number;
}

/** Source: `man 5 proc_stat`: hundredths of a second, on every Linux there is. */
const TICKS_PER_S = 100;

/** Reads the clocks of the kernel; NaN where there is no `/proc`. */
export function processorTime(): ProcessorTime {
  const atS = performance.now() / 1000;
  if (process.platform !== 'linux') return { atS, busyS: Number.NaN, ownS: Number.NaN };
  return { atS, busyS: busySeconds(), ownS: secondsOf([process.pid]) };
}

/** The share of the machine, 0 to 1, that others used between these two moments. */
export function foreignShare(from: ProcessorTime, to: ProcessorTime): number {
  const others = to.busyS - from.busyS - (to.ownS - from.ownS);
  return Math.max(0, others / ((to.atS - from.atS) * os.availableParallelism()));
}

/** What these processes, and all that they have started, have used so far. */
export function secondsOf(roots: readonly number[]): number {
  const all = processes();
  const wanted = new Set(roots);
  let size = 0;
  // A child may be listed before its parent: until nothing is added any more.
  while (size !== wanted.size) {
    size = wanted.size;
    for (const { pid, parent } of all) if (wanted.has(parent)) wanted.add(pid);
  }
  return all.reduce((sum, { pid, usedS }) => sum + (wanted.has(pid) ? usedS : 0), 0);
}

/** The memory that a process holds, in megabytes of 2^20 bytes. */
export function residentMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(?<kb>\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '')?.groups?.[
    'kb'
  ];
  return Number(kilobytes) / 1024;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** With what its children had used when it heard of their end. */
  readonly usedS: number;
}

function processes(): readonly Process[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const text = read(`/proc/${name}/stat`);
    if (text === null) return [];
    // The name of the program may contain anything but is the last thing in parentheses.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return [{ pid: Number(name), parent: Number(fields[1]), usedS: ticks / TICKS_PER_S }];
  });
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null; // it has ended meanwhile
  }
}

/** Everything but idling and waiting for the disk. */
function busySeconds(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, soft = 0, stolen = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + interrupts + soft + stolen) / TICKS_PER_S;
}
