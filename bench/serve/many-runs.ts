import { randomId, sha256 } from '../../src/base/index.ts';
import { withApp } from '../../src/engine/index.ts';
import { currentOwner } from '../../src/state/index.ts';

const PLUGINS = [
  'profile_basic',
  'profile_quality',
  'analysis_outliers',
  'analysis_queue_delay_decomposition',
];
const COUNTS = {
  findings: 7,
  plugins_ok: 4,
  plugins_reused: 0,
  plugins_failed: 0,
  plugins_not_applicable: 0,
};

/** Records so many runs beside the newest that is there, as finished ones stand in the database; they have no files. */
export async function recordRuns(appdata: string, count: number): Promise<void> {
  await withApp({ appdata }, async ({ state }) => {
    const like = state.runs.find('latest');
    const owner = currentOwner();
    for (let done = 0; done < count; done += 500)
      state.transaction(() => {
        for (let i = done; i < Math.min(count, done + 500); i++) {
          const run_id = randomId();
          const { dataset, dataset_version_id, kind, config } = like;
          const fingerprint = sha256(run_id);
          state.runs.create({ run_id, fingerprint, dataset, dataset_version_id, kind, config, owner });
          state.runs.start(run_id, owner);
          for (const kind of ['run.queued', 'run.started', 'run.finished'])
            state.events.append({ correlation_id: run_id, kind, subject_kind: 'run', subject_id: run_id });
          for (const plugin_id of PLUGINS) state.executions.save(executionOf(run_id, plugin_id));
          state.runs.finish(run_id, { status: 'COMPLETED', manifest_sha256: fingerprint, counts: COUNTS });
        }
      });
  });
}

function executionOf(run_id: string, plugin_id: string) {
  return {
    ...{ id: randomId(), run_id, plugin_id, execution_fingerprint: sha256(run_id + plugin_id), reason: '' },
    ...{ status: 'ok' as const, started_at: null, finished_at: null, exit_code: 0, reused_from_run: null },
    ...{ output_sha256: null, peak_memory_bytes: null, sandbox_layers: [] },
  };
}
