import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

import { z } from 'zod';

import { compile } from './compile.ts';

/** A load of prepared requests on one port. */
export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** Requests that fall due in a second; left out: as fast as the answers come. */
  readonly rate?: number;
  /** The number of the first request to be sent. */
  readonly first: number;
  readonly most?: number;
  /** Prepared requests; see `writeRequests`. */
  readonly requests: string;
}

const Loaded = z.object({
  /** How many should have been sent. */
  due: z.number(),
  ok: z.number(),
  refused: z.number(),
  broken: z.number(),
  /** Until the last answer. */
  seconds: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  p999Ms: z.number(),
  mostMs: z.number(),
  /** The number of the first request that was not sent. */
  next: z.number(),
});
export type Loaded = z.infer<typeof Loaded>;

export type Generator = (load: Load) => Promise<Loaded>;

/**
 * Compiles the load generator into that folder.
 * @throws {Error} there is no C compiler, or this is not Linux
 */
export function buildLoad(folder: string): Generator {
  const program = compile('load.c', [], folder);
  return async (load) => await run(program, load);
}

async function run(
  program: string,
  { port, connections, seconds, rate = 0, first, most = 1e9, requests }: Load,
): Promise<Loaded> {
  const words = [port, connections, seconds, rate, first, most, requests];
  const child = spawn(program, words.map(String), { stdio: ['ignore', 'pipe', 'pipe'] });
  const [said, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (said === '') throw new Error(`the load generator says: ${complaint.trim()}`);
  return Loaded.parse(JSON.parse(said));
}
