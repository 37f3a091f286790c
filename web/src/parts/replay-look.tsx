import { useEffect, useId, useState } from 'preact/hooks';

import type { DeliveryView } from '../../../src/http/views.ts';
import type { Previewed, Remedies, ReplayOrder } from '../remedies.ts';
import { Theirs } from './theirs.tsx';

interface Props {
  readonly delivery: DeliveryView;
  readonly remedies: Remedies;
  readonly order: ReplayOrder;
  readonly isLost: boolean;
  readonly onOrder: (order: ReplayOrder) => void;
  readonly onReady: (isReady: boolean) => void;
}

/** What a replay would start, before it does. */
export function ReplayLook({ delivery, remedies, order, isLost, onOrder, onReady }: Props) {
  const id = useId();
  const [seen, setSeen] = useState<Previewed | null>(null);
  useEffect(() => {
    let isCurrent = true;
    setSeen(null);
    onReady(false);
    const look = async () => {
      // The look itself starts nothing: what is lost may be looked at.
      const found = await remedies.preview(delivery, { ...order, even_lost: isLost });
      if (!isCurrent) return;
      setSeen(found);
      onReady(found.kind === 'preview' && (!isLost || order.even_lost));
    };
    void look();
    return () => {
      isCurrent = false;
    };
  }, [delivery.id, delivery.attempt, order.judged, order.even_lost]);
  return (
    <>
      <Choices id={id} order={order} isLost={isLost} onOrder={onOrder} />
      <Seen seen={seen} />
    </>
  );
}

/** Read out when it has come. */
function Seen({ seen }: { seen: Previewed | null }) {
  return (
    <>
      <div role="status">
        {seen === null && <p class="quiet">Looking at what it would start…</p>}
        {seen?.kind === 'no' && (
          <p>
            <strong>
              It cannot be replayed: <Theirs text={seen.because} />.
            </strong>
          </p>
        )}
        {seen?.kind === 'preview' && (
          <p>
            Attempt {seen.preview.attempt + 1} would start at <Theirs text={seen.preview.target} />,{' '}
            {seen.preview.judged === 'now'
              ? 'with the request as the rule is now:'
              : 'with the request as it was judged when the event came:'}
          </p>
        )}
      </div>
      {seen?.kind === 'preview' && (
        <>
          <pre tabIndex={0} role="group" aria-label="The request that would be sent">
            {JSON.stringify(seen.preview.request, null, 2)}
          </pre>
          {seen.preview.differs !== '' && (
            <p>
              Note: <Theirs text={seen.preview.differs} />.
            </p>
          )}
        </>
      )}
    </>
  );
}

interface ChoicesProps {
  readonly id: string;
  readonly order: ReplayOrder;
  readonly isLost: boolean;
  readonly onOrder: (order: ReplayOrder) => void;
}

function Choices({ id, order, isLost, onOrder }: ChoicesProps) {
  return (
    <>
      {isLost && (
        <p class="tick">
          <input
            id={`${id}lost`}
            type="checkbox"
            checked={order.even_lost}
            onChange={(event) => onOrder({ ...order, even_lost: event.currentTarget.checked })}
          />
          <label for={`${id}lost`}>
            Contact was lost. I have looked there: its run is not going on.
          </label>
        </p>
      )}
      <p class="tick">
        <input
          id={`${id}now`}
          type="checkbox"
          checked={order.judged === 'now'}
          onChange={(event) =>
            onOrder({ ...order, judged: event.currentTarget.checked ? 'now' : 'then' })
          }
        />
        <label for={`${id}now`}>Judge it anew, by the rule as it is now</label>
      </p>
    </>
  );
}
