import { check } from '../contract/index.ts';
import { currentOwner, isProcessAlive, ownerState } from '../state/index.ts';
import type { App } from './app.ts';
import { NO_PROGRESS, RunProgress } from './run-progress.ts';

/** Runs as activities, by id: also those that are not recorded yet, because their file is still being read. */
export function liveActivities({ state }: App) {
  const self = currentOwner();
  return state.activities
    .all()
    .filter(({ purpose, owner }) => isRunId(purpose) && ownerState(owner, self, isProcessAlive) !== 'dead');
}

/** How far an activity says that it has come. */
export function progressIn(activity: { readonly progress: unknown } | undefined): RunProgress {
  const checked = check(RunProgress, activity?.progress);
  return checked.ok ? checked.value : NO_PROGRESS;
}

function isRunId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}
