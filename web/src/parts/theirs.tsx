/**
 * Text that others wrote. Set apart from ours in the direction of writing, too: a name that turns
 * it round would otherwise turn round what we say of it.
 */
export function Theirs({ text }: { text: string }) {
  return <bdi>{text}</bdi>;
}
