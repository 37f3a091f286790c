import type { Station } from '../station.ts';
import { Lamp } from './lamp.tsx';
import { Moment, Took } from './moment.tsx';
import { RunLink } from './run-link.tsx';

interface Props {
  readonly stations: readonly Station[];
  readonly browse: string | null;
}

const MOST_ABREAST = 8; // more would leave no room for their words

/** The way of a delivery as a line with its stations: lying where there is room, else standing. */
export function Track({ stations, browse }: Props) {
  const isLong = stations.length > MOST_ABREAST;
  return (
    <ol class={`track${isLong ? ' is-long' : ''}`} aria-label="From the event to the report">
      {stations.map((station) => (
        <Stop key={station.key} station={station} browse={browse} />
      ))}
    </ol>
  );
}

function Stop({ station, browse }: { station: Station; browse: string | null }) {
  const { light, at, span, note } = station;
  const isAhead = light.sign === 'ahead';
  return (
    <li class={isAhead ? 'is-ahead' : undefined} title={note === '' ? undefined : note}>
      <Lamp light={light} />
      <p class="stop-name">
        <RunLink title={station.title} detail={station.detail} url={station.url} browse={browse} />
      </p>
      <p class={`stop-state tone-${light.tone}`}>{light.word}</p>
      {at !== null && (
        <p class="stop-time">
          <Moment at={at} />
          {span && (
            <>
              {' '}
              <span class="took">
                <Took from={span.from} to={span.to} />
                {span.suffix}
              </span>
            </>
          )}
        </p>
      )}
    </li>
  );
}
