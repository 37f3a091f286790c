/** Fewer may be a moment's trouble, whatever the clock says. */
const FAILED_LOOKS = 5;

/**
 * True when contact with a run is lost: nothing was seen of it for long, and look after look failed.
 *
 * The time alone says nothing: it also passes while we are stopped ourselves, and the first look
 * after that may fail like any other.
 */
export function isContactLost({
  unseenForMs,
  failedLooks,
  lostAfterMs,
}: {
  readonly unseenForMs: number;
  /** In a row, the last one counted. */
  readonly failedLooks: number;
  readonly lostAfterMs: number;
}): boolean {
  return unseenForMs > lostAfterMs && failedLooks >= FAILED_LOOKS;
}
