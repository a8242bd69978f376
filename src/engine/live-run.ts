import Type, { type Static } from 'typebox';
import { HarnessError, messageOf } from '../base/index.ts';
import { closed } from '../contract/index.ts';
import { whileMaking } from './activity.ts';
import type { App } from './app.ts';
import type { OnProgress } from './progress-event.ts';
import { NO_PROGRESS, progressAfter, type RunProgress } from './run-progress.ts';
import { onlyWorthTelling } from './worth-telling.ts';

/** Progress is written down at most so often. */
const EVERY_MS = 1000;

/**
 * Does a run, from the question to its end, where other processes can watch it: as an activity under its id, which is
 * there before the file is read and gone when the run has ended. How far it has come stands beside the activity;
 * provisional findings worth telling become events of the run. What can't be written down stops nothing.
 */
export async function asLiveRun<T>(
  app: App,
  runId: string,
  onProgress: OnProgress,
  use: (tell: OnProgress) => Promise<T>,
): Promise<T> {
  return whileMaking(app, runId, onProgress, async (activity) => {
    try {
      return await use(teller(app, runId, activity, onProgress));
    } catch (error) {
      if (app.state.runs.get(runId) === undefined) unlessBusy(() => recordRefusal(app, runId, error));
      throw error;
    }
  });
}

/** Why a run got no further than its file or its plan, and what its process ended with. */
export const Refusal = closed({ reason: Type.String(), exit_code: Type.Integer() });

/** Such a run has no record but this. */
function recordRefusal({ state }: App, runId: string, error: unknown): void {
  const exit_code = error instanceof HarnessError ? error.exitCode : 1;
  state.events.append({
    correlation_id: runId,
    kind: 'run.refused',
    subject_kind: 'run',
    subject_id: runId,
    data: { reason: messageOf(error), exit_code } satisfies Static<typeof Refusal>,
  });
}

function teller(app: App, runId: string, activity: string, onProgress: OnProgress): OnProgress {
  const report = reporter(app, activity);
  return onlyWorthTelling((event) => {
    if (event.kind === 'provisional') {
      const { source, by, finding } = event;
      unlessBusy(() =>
        app.state.events.append({
          correlation_id: runId,
          kind: 'finding.provisional',
          subject_kind: source,
          subject_id: by,
          data: finding,
        }),
      );
    } else report(event);
    onProgress(event);
  });
}

/** Keeps the progress of an activity: a new stage at once, all else once a second. */
function reporter({ state, clock }: App, activity: string): OnProgress {
  let progress: RunProgress = NO_PROGRESS;
  let next = Number.NEGATIVE_INFINITY;
  return (event) => {
    const before = progress;
    progress = progressAfter(before, event);
    const now = clock.monotonicMs();
    if (progress === before || (now < next && progress.stage === before.stage)) return;
    next = now + EVERY_MS;
    unlessBusy(() => state.activities.report(activity, progress));
  };
}

/** A database that takes nothing now is no reason to stop; what matters of a run is written elsewhere. */
function unlessBusy(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
  }
}
