import { type ForeseenRun, foreseeReuse } from '../pipeline/index.ts';
import type { Run } from '../state/index.ts';
import type { App } from './app.ts';

/** What a run will cost, as far as it can be told before. */
export interface ExpectedRun {
  /** Executions that are there already and are taken over, and the run that did each. */
  readonly reused: readonly { readonly plugin_id: string; readonly run_id: string }[];
  /** Milliseconds of all other executions, one after the other; null where no earlier run tells of any. */
  readonly expected_ms: number | null;
  /** How many of those no earlier run tells of. */
  readonly unknown: number;
}

const RUNS = 30;

/** What of a planned run is there already, and how long the rest took in earlier runs on this machine, by the row. */
export async function expectRun(app: App, planned: ForeseenRun, force: boolean): Promise<ExpectedRun> {
  const { plan, input } = planned;
  const reused = force ? new Map<string, string>() : await foreseeReuse(planned, app.paths);
  const toDo = plan.planned.flatMap(({ plugin, leftOut }) =>
    leftOut === undefined && !reused.has(plugin.manifest.id) ? [plugin.manifest.id] : [],
  );
  const known = durationsPerRow(app);
  const told = toDo.flatMap((id) => known.get(id) ?? []);
  const rows = input.coverage.rows;
  return {
    reused: [...reused].map(([plugin_id, run_id]) => ({ plugin_id, run_id })),
    expected_ms: told.length === 0 ? null : Math.round(told.reduce((sum, ms) => sum + ms * rows, 0)),
    unknown: toDo.length - told.length,
  };
}

/** Milliseconds per row of the newest execution of each plugin that was executed, by its id. */
function durationsPerRow(app: App): ReadonlyMap<string, number> {
  const known = new Map<string, number>();
  for (const run of app.state.runs.list({ limit: RUNS })) {
    const rows = rowsOf(app, run);
    if (rows === 0) continue;
    for (const { plugin_id, status, reused_from_run, started_at, finished_at } of app.state.executions.list(
      run.run_id,
    )) {
      const executed =
        status === 'ok' && reused_from_run === null && started_at !== null && finished_at !== null;
      if (!executed || known.has(plugin_id)) continue;
      known.set(plugin_id, (Date.parse(finished_at) - Date.parse(started_at)) / rows);
    }
  }
  return known;
}

function rowsOf(app: App, run: Run): number {
  return app.state.versions.get(run.dataset_version_id)?.row_count ?? 0;
}
