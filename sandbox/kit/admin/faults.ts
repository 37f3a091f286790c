import { Fault } from '../fault.ts';
import { PRESETS } from '../presets.ts';
import { SENDERS } from '../tools.ts';
import { type ControlAction, type Controls, failure, source } from './controls.ts';

export const listFaults: ControlAction = {
  method: 'GET',
  path: '/_sandbox/faults',
  source,
  handle: ({ state }) => Response.json({ faults: state.faults.list() }),
};

export const addFault: ControlAction = {
  method: 'POST',
  path: '/_sandbox/faults',
  source,
  async handle({ state, ...call }) {
    const fault = Fault.parse(await call.json());
    const names = namesOf(state);
    if (fault.service !== undefined && !names.includes(fault.service)) {
      const known = names.join(', ');
      return failure(400, `service: there is no service ${fault.service}; there are ${known}`);
    }
    const id = state.faults.add(fault);
    if (id === null) return failure(409, `there is a fault ${fault.id} already`);
    return Response.json({ id }, { status: 201 });
  },
};

export const removeFault: ControlAction = {
  method: 'DELETE',
  path: '/_sandbox/faults/:id',
  source,
  handle: ({ state, params: { id = '' } }) =>
    state.faults.remove(id)
      ? new Response(null, { status: 204 })
      : failure(404, `there is no fault ${id}`),
};

export const clearFaults: ControlAction = {
  method: 'DELETE',
  path: '/_sandbox/faults',
  source,
  handle({ state }) {
    state.faults.clear();
    return new Response(null, { status: 204 });
  },
};

export const listPresets: ControlAction = {
  method: 'GET',
  path: '/_sandbox/presets',
  source,
  handle: ({ now }) =>
    Response.json({
      presets: PRESETS.map(({ name, description, faults }) => {
        return { name, description, faults: faults(now()) };
      }),
    }),
};

/** Adds the faults of a preset; what they were under its name before is replaced. */
export const addPreset: ControlAction = {
  method: 'POST',
  path: '/_sandbox/presets/:name',
  source,
  handle({ state, now, params: { name = '' } }) {
    const preset = PRESETS.find((one) => one.name === name);
    if (!preset) {
      const known = PRESETS.map((one) => one.name).join(', ');
      return failure(404, `there is no preset ${name}; there are ${known}`);
    }
    const ids = preset.faults(now()).map((fault, at) => {
      const id = at === 0 ? name : `${name}-${at + 1}`;
      state.faults.remove(id);
      return state.faults.add({ ...fault, id });
    });
    return Response.json({ ids, description: preset.description }, { status: 201 });
  },
};

function namesOf(state: Controls): readonly string[] {
  return [...state.services().map((service) => service.name), ...SENDERS];
}
