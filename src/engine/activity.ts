import { HarnessError } from '../base/index.ts';
import { currentOwner, describeOwner, isProcessAlive, ownerState } from '../state/index.ts';
import type { App } from './app.ts';
import type { OnProgress } from './progress-event.ts';

const PAUSE_MS = 200;

/**
 * Does what makes files that no row names yet, while nobody collects garbage; `use` gets the id of the activity. Waits
 * where somebody does, and says so.
 */
export async function whileMaking<T>(
  { state }: App,
  purpose: string,
  onProgress: OnProgress,
  use: (activity: string) => Promise<T>,
): Promise<T> {
  const id = await begin(state, purpose, onProgress);
  try {
    return await use(id);
  } finally {
    end(state, id);
  }
}

/** Where it can't be written down, it is forgotten as soon as this process has ended. */
function end(state: App['state'], id: string): void {
  try {
    state.activities.end(id);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
  }
}

async function begin(state: App['state'], purpose: string, onProgress: OnProgress): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    const answer = state.activities.begin({ owner: currentOwner(), purpose });
    if (answer.begun) return answer.id;
    if (attempt === 0) {
      const owner = describeOwner(answer.holder.owner);
      onProgress({ kind: 'stage', stage: `waiting for the maintenance of process ${owner}` });
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** Does what nobody may run or ingest beside. Throws SH_MAINTENANCE_REFUSED where somebody does. */
export async function underMaintenance<T>(
  { state }: App,
  purpose: string,
  use: () => Promise<T>,
): Promise<T> {
  const lock = { name: 'maintenance', owner: currentOwner(), purpose } as const;
  state.transaction(() => {
    const answer = state.locks.acquire(lock);
    if (!answer.acquired) refuse(answer.holder);
    const [other] = state.activities.underWay(lock.owner);
    // The lock is not taken where the transaction ends with an error.
    if (other !== undefined) refuse(other);
  });
  try {
    return await use();
  } finally {
    state.locks.release(lock);
  }
}

/**
 * Refuses what keeps something from being removed while it may just be removed; inside the transaction of the caller that
 * would keep it. Throws SH_MAINTENANCE_REFUSED.
 */
export function refuseBesideMaintenance({ state }: Pick<App, 'state'>): void {
  const holder = state.locks.holder('maintenance');
  if (holder !== undefined && ownerState(holder.owner, currentOwner(), isProcessAlive) !== 'dead')
    refuse(holder);
}

function refuse(other: {
  readonly owner: Parameters<typeof describeOwner>[0];
  readonly purpose: string;
}): never {
  const purpose = /^[0-9a-f]{32}$/.test(other.purpose) ? `run ${other.purpose}` : other.purpose;
  throw new HarnessError('SH_MAINTENANCE_REFUSED', { purpose, owner: describeOwner(other.owner) });
}
