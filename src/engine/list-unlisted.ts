import { catchUp, listedAgain, unlistedRuns } from '../pipeline/index.ts';
import { currentOwner } from '../state/index.ts';
import type { App } from './app.ts';
import type { ProgressEvent } from './progress-event.ts';

/**
 * Before anything new is recorded: lists the finished runs again that a restored backup does not know. Otherwise the
 * next run would take their place in the chain of manifests, and its dataset version their number. Whoever holds a lock
 * has done it. Throws SH_RUN_UNLISTED.
 */
export async function listUnlisted(
  { state, paths }: App,
  onProgress: (event: ProgressEvent) => void,
): Promise<void> {
  if ((await unlistedRuns(state, paths)).length === 0) return;
  const lock = { name: 'maintenance', owner: currentOwner(), purpose: 'list runs again' } as const;
  if (!state.locks.acquire(lock).acquired) return;
  try {
    await catchUp(state, paths, (id) => onProgress({ kind: 'stage', stage: listedAgain(id) }));
  } finally {
    state.locks.release(lock);
  }
}
