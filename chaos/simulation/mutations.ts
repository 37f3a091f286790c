import { noLimits } from '../../src/model/terms.ts';
import type { Store, StoredDelivery } from '../../src/store/store.ts';
import { LEASE_MS } from './plan.ts';
import type { Mutation } from './world.ts';

/** An engine and a store with every precaution. */
export const noMutation: Mutation = {
  store: (store) => store,
  target: (target) => target,
  settings: (settings) => settings,
};

/** Longer than a process is stopped, and short enough for what is due by it to come up again. */
const LONG_MS = 5000;

/** The precautions, and for each an engine or a store that does without it. */
export const mutations = {
  'the intent is stored before the start': { ...noMutation, store: withoutIntent },
  'an uncertain start is looked for': {
    ...noMutation,
    target: (target) => ({ ...target, find: async () => null, named: async () => null }),
  },
  'a run has the time to surface': {
    ...noMutation,
    settings: (settings) => ({ ...settings, settleMs: 0 }),
  },
  'who has lost a delivery writes nothing': { ...noMutation, store: withoutFence },
  'what is told twice is one event': { ...noMutation, store: withoutDedupe },
  'one at a time': { ...noMutation, store: withoutLanes },
  'a target takes so many at once': { ...noMutation, store: withoutLimits },
  'who was stopped does not call': {
    ...noMutation,
    settings: (settings) => ({ ...settings, leaseMs: LONG_MS }),
    store: withRealLease,
  },
} as const satisfies Readonly<Record<string, Mutation>>;

/** What is claimed to be started looks, once the lease has run out, as if nobody had. */
function withoutIntent(store: Store): Store {
  return {
    ...store,
    async claimToStart(claim) {
      const claimed = await store.claimToStart(claim);
      for (const delivery of claimed.toStart) {
        const { sinceMs: atMs } = delivery;
        const unclaimed = { ...delivery, phase: 'pending', dueAtMs: atMs + LEASE_MS } as const;
        await store.save(unclaimed, { atMs, keep: true });
      }
      return claimed;
    },
    save: async (delivery, saved) =>
      delivery.phase === 'starting' ? delivery : await store.save(delivery, saved),
  };
}

/** Whoever writes is taken for the one who holds it. */
function withoutFence(store: Store): Store {
  const asHolder = async <Held extends { readonly id: string }>(held: Held) => {
    const stored: StoredDelivery | null = await store.delivery(held.id);
    return { ...held, epoch: stored?.epoch ?? 0 };
  };
  return {
    ...store,
    save: async (delivery, saved) => await store.save(await asHolder(delivery), saved),
    saveReport: async (held, report) => await store.saveReport(await asHolder(held), report),
  };
}

function withoutDedupe(store: Store): Store {
  let tellings = 0;
  return {
    ...store,
    async addEvent(event, deliveries) {
      tellings += 1;
      const identity = `${event.identity}, telling ${tellings}`;
      return await store.addEvent({ ...event, identity }, deliveries);
    },
  };
}

function withoutLanes(store: Store): Store {
  return {
    ...store,
    addEvent: async (event, deliveries) =>
      await store.addEvent(
        event,
        deliveries.map((delivery) => ({ ...delivery, oneAtATime: null, whenBusy: 'queue' })),
      ),
  };
}

/** Every target is taken for one that takes whatever comes. */
function withoutLimits(store: Store): Store {
  return {
    ...store,
    async claimToStart(claim) {
      const targets = claim.targets.map((target) => ({ ...target, limits: noLimits }));
      return await store.claimToStart({ ...claim, targets });
    },
  };
}

/** The engine takes its lease for much longer than the store does. */
function withRealLease(store: Store): Store {
  const leaseMs = LEASE_MS;
  return {
    ...store,
    claimToStart: async (claim) => await store.claimToStart({ ...claim, leaseMs }),
    claimToFollow: async (target, claim) =>
      await store.claimToFollow(target, { ...claim, leaseMs }),
    claimReports: async (claim) => await store.claimReports({ ...claim, leaseMs }),
    claimToCancel: async (claim) => await store.claimToCancel({ ...claim, leaseMs }),
    extend: async (held) => await store.extend(held, leaseMs),
  };
}
