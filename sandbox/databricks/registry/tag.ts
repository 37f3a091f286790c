import { z } from 'zod';

import { checkTag } from './model-json.ts';

export const TagList = z.array(z.object({ key: z.string(), value: z.string() }));

/** @throws {ApiError} a tag is too long, or has no name */
export function tagMap(tags: z.infer<typeof TagList>): Map<string, string> {
  for (const { key, value } of tags) checkTag(key, value);
  return new Map(tags.map(({ key, value }) => [key, value]));
}
