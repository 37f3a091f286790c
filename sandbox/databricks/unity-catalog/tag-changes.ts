import { z } from 'zod';

import { TagList } from '../registry/tag.ts';
import { type Changer, setUnityTag } from './change-model.ts';
import type { UnityModel, UnityVersion } from './unity-model.ts';

/** Source: mlflow unity_catalog_messages.proto, TagAssignmentsChange. */
export const TagChanges = z.looseObject({
  changes: z.looseObject({
    add_tags: TagList.default([]),
    remove: z.array(z.string()).default([]),
  }),
});

/** @throws {ApiError} 403 or 400 */
export function changeTags(
  by: Changer,
  model: UnityModel,
  tagged: UnityModel | UnityVersion,
  { changes }: z.infer<typeof TagChanges>,
): void {
  for (const key of changes.remove) setUnityTag(by, model, tagged, { key, value: null });
  for (const tag of changes.add_tags) setUnityTag(by, model, tagged, tag);
}
