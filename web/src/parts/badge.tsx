import type { DeliveryView } from '../../../src/http/views.ts';
import { phaseLight, verdictLight, verdictMeaning } from '../verdict.ts';
import { Lamp } from './lamp.tsx';

/** How a delivery ended, or where it is. */
export function Badge({ delivery: { verdict, phase, dismissed } }: { delivery: DeliveryView }) {
  const light = verdict === null ? phaseLight(phase) : verdictLight(verdict);
  return (
    <p
      class={`badge tone-${light.tone}`}
      title={verdict === null ? undefined : verdictMeaning(verdict)}
    >
      <Lamp light={light} />
      {light.word}
      {dismissed && ', dismissed'}
    </p>
  );
}
