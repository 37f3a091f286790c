/**
 * Waits for all of them, also when one fails: what goes on unwatched could be taken up twice.
 * @throws the first failure, once all have ended
 */
export async function allOf(all: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(all);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
