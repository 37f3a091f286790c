import type { StatusView } from '../../../src/http/views.ts';
import { Ago, Moment } from './moment.tsx';
import { Theirs } from './theirs.tsx';

/** The sources: up to when nothing is missing, and what was turned away. */
export function Sources({ status }: { status: StatusView }) {
  return (
    <section aria-labelledby="sources">
      <h2 id="sources">Sources</h2>
      {status.sources.length === 0 && <p class="quiet">None is configured.</p>}
      <ul class="sources">
        {status.sources.map((source) => (
          <Source key={source.name} source={source} />
        ))}
      </ul>
    </section>
  );
}

type SourceView = StatusView['sources'][number];

function Source({ source }: { source: SourceView }) {
  return (
    <li>
      <h3>
        <Theirs text={source.name} />
      </h3>
      <p class="quiet">
        {source.type === 'manual' ? (
          'What people ask for'
        ) : source.complete_until === null ? (
          'Not compared so far'
        ) : (
          <>
            Complete until <Moment at={source.complete_until} />, <Ago at={source.complete_until} />
          </>
        )}
      </p>
      {source.refusals.length > 0 && <Refusals source={source} />}
    </li>
  );
}

function Refusals({ source: { refusals } }: { source: SourceView }) {
  const total = refusals.reduce((sum, { count }) => sum + count, 0);
  return (
    <details class="refusals">
      <summary>{total === 1 ? '1 request refused' : `${total} requests refused`}</summary>
      <ul>
        {refusals.map(({ reason, count, last_at }) => (
          <li key={reason}>
            <span class="times">{count}×</span> <Theirs text={reason} />{' '}
            <span class="quiet">
              last <Moment at={last_at} />
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
