import type { DeliveryView } from '../../../src/http/views.ts';
import { verdictLight } from '../verdict.ts';
import { Lamp } from './lamp.tsx';
import { RunLink } from './run-link.tsx';
import { Theirs } from './theirs.tsx';

interface Props {
  readonly delivery: DeliveryView;
  readonly browse: string | null;
}

/** How the attempts before this one ended, with their runs. */
export function Earlier({ delivery: { earlier }, browse }: Props) {
  if (earlier.length === 0) return null;
  return (
    <details>
      <summary>
        {earlier.length === 1 ? '1 earlier attempt' : `${earlier.length} earlier attempts`}
      </summary>
      <ul class="parts">
        {earlier.map(({ attempt, verdict, run, reason }) => {
          const light = verdictLight(verdict);
          return (
            <li key={attempt}>
              <Lamp light={light} />
              <span>
                Attempt {attempt}{' '}
                <span class={`tone-${light.tone} word`}>{light.word.toLowerCase()}</span>
                {run && (
                  <>
                    , <RunLink title="run" detail={run.id} url={run.url} browse={browse} />
                  </>
                )}{' '}
                <span class="quiet">
                  <Theirs text={reason} />
                </span>
              </span>
            </li>
          );
        })}
      </ul>
    </details>
  );
}
