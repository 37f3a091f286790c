import type { Pool, PoolClient } from 'pg';

import { TransientError } from '../lib/errors.ts';
import type { Member } from './group-commit.ts';
import { answer } from './postgres-connection.ts';
import { isCollision, isConsequence, postgresFailure } from './postgres-failure.ts';
import type { Hints } from './postgres-hints.ts';
import { playSlowly, sql } from './statement.ts';

const TRIES = 3;

type Spoken = Pick<Hints, 'toOthers' | 'toUs'>;

/**
 * Writes all of them in one transaction, with one hint to the other processes.
 *
 * @throws {TransientError} the database does not answer, or is in the way of itself: again later
 */
export async function commitOnPostgres(
  pool: Pool,
  hints: Spoken,
  members: readonly Member[],
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await commitOnce(pool, hints, members);
      return;
    } catch (cause) {
      const isWorthIt = members.length === 1 && tries < TRIES && isCollision(cause);
      if (!isWorthIt) throw postgresFailure(cause);
    }
  }
}

async function commitOnce(pool: Pool, hints: Spoken, members: readonly Member[]): Promise<void> {
  const news = [...new Set(members.flatMap((member) => member.news))];
  const client = await pool.connect();
  try {
    await playAll(client, members);
    if (news.length > 0) {
      const { channel, text } = hints.toOthers(news);
      await answer(client, sql`select pg_notify(${channel}, ${text})`);
    }
    const { command } = await client.query('commit');
    // What a failed statement has undone is answered without an error.
    if (command !== 'COMMIT') throw new TransientError('STORE_UNAVAILABLE', 'nothing was stored');
  } catch (error) {
    await undo(client, error);
    throw error;
  }
  client.release();
  if (news.length > 0) hints.toUs(news);
}

/** All at the same time over one connection, but for those that must see each other. */
async function playAll(client: PoolClient, members: readonly Member[]): Promise<void> {
  const lanes = new Map<string | Member, Member[]>();
  for (const member of members) {
    const lane = lanes.get(member.key ?? member) ?? [];
    lane.push(member);
    lanes.set(member.key ?? member, lane);
  }
  const played = await Promise.allSettled([
    client.query('begin'),
    ...[...lanes.values()].map((lane) => playLane(client, lane)),
  ]);
  const errors = played.flatMap((one) => (one.status === 'rejected' ? [rejected(one)] : []));
  const [error] = [...errors.filter(({ reason }) => !isConsequence(reason)), ...errors];
  if (error) throw error.reason;
}

function rejected({ reason }: PromiseRejectedResult): { readonly reason: unknown } {
  return { reason };
}

async function playLane(client: PoolClient, lane: readonly Member[]): Promise<void> {
  for (const member of lane) {
    await playSlowly(member.play(), (statement) => answer(client, statement));
  }
}

async function undo(client: PoolClient, error: unknown): Promise<void> {
  if (postgresFailure(error) instanceof TransientError && !isCollision(error)) {
    client.release(true);
    return;
  }
  try {
    await client.query('rollback');
    client.release();
  } catch {
    client.release(true);
  }
}
