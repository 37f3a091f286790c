import { unlessEmpty } from './answer.ts';
import { listOf, nested, Text, unchecked } from './message.ts';

const Tag = nested({ key: unchecked(Text), value: unchecked(Text) });

/** `[{"key": "team", "value": "growth"}]` */
export const Tags = listOf(Tag);
export type Tags = readonly {
  readonly key?: string | undefined;
  readonly value?: string | undefined;
}[];

/** The tags by key, the last of each; one without a value has an empty one. */
export function tagMap(tags: Tags): Map<string, string> {
  return new Map(tags.map(({ key = '', value = '' }) => [key, value]));
}

export function tagsJson(tags: ReadonlyMap<string, string>) {
  return unlessEmpty([...tags].map(([key, value]) => ({ key, value })));
}
