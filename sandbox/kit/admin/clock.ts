import { z } from 'zod';

import { type ControlAction, source } from './controls.ts';

export const readClock: ControlAction = {
  method: 'GET',
  path: '/_sandbox/clock',
  source,
  handle: ({ now }) => Response.json({ now_ms: now() }),
};

// Backwards it does not go: what has expired would come back to life.
const Advance = z.strictObject({ advance_ms: z.int().min(0) });

export const advanceClock: ControlAction = {
  method: 'POST',
  path: '/_sandbox/clock',
  source,
  async handle({ state, ...call }) {
    const { advance_ms } = Advance.parse(await call.json());
    state.clock.advance(advance_ms);
    return Response.json({ now_ms: state.clock.now() });
  },
};
