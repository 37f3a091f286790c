import { randomInt } from 'node:crypto';

const ADJECTIVES = ['amber', 'brisk', 'calm', 'dapper', 'eager', 'frosty', 'gentle', 'nimble'];
const ANIMALS = ['badger', 'crane', 'finch', 'heron', 'lynx', 'marten', 'otter', 'wren'];

/** A name for what was given none: `calm-otter-412`. The words are ours. */
export function randomName(): string {
  const adjective = ADJECTIVES[randomInt(ADJECTIVES.length)];
  return `${adjective}-${ANIMALS[randomInt(ANIMALS.length)]}-${randomInt(1000)}`;
}
