import type { DeliveryView, EventView, RunView } from '../../src/http/views.ts';
import { plainTitle } from './event-title.ts';
import { type Light, phaseLight, type Verdict, verdictLight, verdicts } from './verdict.ts';

/** What deliveries are counted and filtered by. */
export type Group = Verdict | 'under_way' | 'dead';

export interface Filter {
  readonly text: string;
  /** None: all. */
  readonly groups: ReadonlySet<Group>;
}

export const noFilter: Filter = { text: '', groups: new Set() };

export const groups: readonly Group[] = ['dead', 'under_way', ...verdicts];

type Grouped = Pick<DeliveryView, 'verdict' | 'phase' | 'dismissed'>;

/** A dead letter is also of the group of its verdict; a dismissed one is of that alone. */
function groupsOf({ verdict, phase, dismissed }: Grouped): readonly Group[] {
  const group = verdict ?? 'under_way';
  return phase === 'dead' && dismissed === null ? [group, 'dead'] : [group];
}

/** How a group is shown. */
export function groupLight(group: Group): Light {
  if (group === 'dead') return { ...phaseLight('dead'), word: 'Dead letters' };
  return group === 'under_way'
    ? { ...phaseLight('running'), word: 'Under way' }
    : verdictLight(group);
}

/** How many deliveries there are of each group. */
export function countGroups(events: readonly EventView[]): ReadonlyMap<Group, number> {
  const counts = new Map<Group, number>();
  for (const group of events.flatMap((event) => event.deliveries.flatMap(groupsOf))) {
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return counts;
}

/** Whether an event has all the words, and one of the verdicts, that are looked for. */
export function passes(event: EventView, { text, groups: wanted }: Filter): boolean {
  if (
    wanted.size > 0 &&
    !event.deliveries.some((one) => groupsOf(one).some((group) => wanted.has(group)))
  )
    return false;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const all = textOf(event).toLowerCase();
  return words.every((word) => all.includes(word));
}

function textOf(event: EventView): string {
  const deliveries = event.deliveries.flatMap((delivery) => [
    delivery.id,
    delivery.rule,
    delivery.target,
    delivery.reason,
    ...groupsOf(delivery).map((group) => groupLight(group).word),
    ...[delivery.run, ...delivery.evidence].flatMap((run) => (run ? textsOf(run) : [])),
  ]);
  const recovered = event.recovered ? 'found by comparing' : '';
  return [
    plainTitle(event),
    event.id,
    event.type,
    event.source,
    recovered,
    ...Object.values(event.fields),
    ...deliveries,
  ].join('\n');
}

function textsOf({ system, id, name, actor, commit, parts }: RunView): readonly string[] {
  return [system, id, name, actor ?? '', commit ?? '', ...parts.map((part) => part.name)];
}
