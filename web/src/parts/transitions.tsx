import type { LineView } from '../../../src/http/views.ts';
import { phaseLight } from '../verdict.ts';
import { Moment } from './moment.tsx';
import { Theirs } from './theirs.tsx';

/** Every step that a delivery took, with its reason. */
export function Transitions({ lines }: { lines: readonly LineView[] }) {
  return (
    <details>
      <summary>{lines.length === 1 ? '1 transition' : `All ${lines.length} transitions`}</summary>
      <div class="scroll" tabIndex={0} role="group" aria-label="Transitions">
        <table>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Phase</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ at, phase, reason }, index) => (
              <tr key={index}>
                <td>
                  <Moment at={at} />
                </td>
                <td title={phaseLight(phase).word}>{phase}</td>
                <td>
                  <Theirs text={reason} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
