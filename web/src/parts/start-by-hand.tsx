import { useState } from 'preact/hooks';

import type { StatusView } from '../../../src/http/views.ts';
import { manualSources, manualStarts } from '../manual-start.ts';
import type { Request } from '../request-by-hand.ts';
import { ByHandForm } from './by-hand-form.tsx';

interface Props {
  readonly status: StatusView;
  readonly request: Request;
}

/** A form that requests one of the rules that people may ask for. */
export function StartByHand({ status, request }: Props) {
  const starts = manualStarts(status);
  const sources = manualSources(status);
  const hasNone = starts.length === 0 || sources.length === 0;
  // Where it stands beside the events it is open; where it stands above them it is out of the way.
  const [isOpen] = useState(() => matchMedia('(min-width: 60rem)').matches);
  return (
    <section aria-labelledby="by-hand">
      <details open={isOpen}>
        <summary>
          <h2 id="by-hand">Start by hand</h2>
        </summary>
        {hasNone ? (
          <p class="quiet">
            No rule is on <code>manual.requested</code>, so there is nothing to start by hand.
          </p>
        ) : (
          <ByHandForm starts={starts} sources={sources} request={request} />
        )}
      </details>
    </section>
  );
}
