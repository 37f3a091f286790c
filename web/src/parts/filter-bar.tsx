import type { EventView } from '../../../src/http/views.ts';
import { countGroups, type Filter, type Group, groupLight, groups, noFilter } from '../filter.ts';
import { Lamp } from './lamp.tsx';

interface Props {
  readonly filter: Filter;
  readonly events: readonly EventView[];
  readonly shown: number;
  /** How many there are in all, however old. */
  readonly deadLetters: number;
  readonly onFilter: (filter: Filter) => void;
}

/** Narrows the list down by text and by verdict; the verdicts with their counts. */
export function FilterBar({ filter, events, shown, deadLetters, onFilter }: Props) {
  const counts = new Map([...countGroups(events), ...deadIn(deadLetters)]);
  const offered = groups.filter((group) => counts.has(group) || filter.groups.has(group));
  const isOn = filter.text.trim() !== '' || filter.groups.size > 0;
  return (
    <search class="filter">
      <form onSubmit={(event) => event.preventDefault()}>
        <div class="field">
          <label for="filter-text">Filter</label>
          <input
            id="filter-text"
            type="search"
            placeholder="model, version, rule, run, reason…"
            value={filter.text}
            autoComplete="off"
            spellcheck={false}
            onInput={(event) => onFilter({ ...filter, text: event.currentTarget.value })}
          />
        </div>
        <fieldset>
          <legend class="unseen">By verdict</legend>
          {offered.map((group) => (
            <Toggle
              key={group}
              group={group}
              count={counts.get(group) ?? 0}
              isOn={filter.groups.has(group)}
              onToggle={() => onFilter({ ...filter, groups: toggled(filter.groups, group) })}
            />
          ))}
        </fieldset>
      </form>
      <p class="found" role="status">
        {isOn && (
          <>
            {shown === 0 ? 'No event matches.' : `${shown} of ${events.length} events.`}{' '}
            <button type="button" onClick={() => onFilter(noFilter)}>
              Show all
            </button>
          </>
        )}
      </p>
    </search>
  );
}

function deadIn(count: number): readonly (readonly [Group, number])[] {
  return count > 0 ? [['dead', count]] : [];
}

interface ToggleProps {
  readonly group: Group;
  readonly count: number;
  readonly isOn: boolean;
  readonly onToggle: () => void;
}

function Toggle({ group, count, isOn, onToggle }: ToggleProps) {
  const light = groupLight(group);
  return (
    <button type="button" class="toggle" aria-pressed={isOn} onClick={onToggle}>
      <Lamp light={light} isStill />
      {light.word} <span class="count">{count}</span>
    </button>
  );
}

function toggled(wanted: ReadonlySet<Group>, group: Group): ReadonlySet<Group> {
  const next = new Set(wanted);
  if (!next.delete(group)) next.add(group);
  return next;
}
