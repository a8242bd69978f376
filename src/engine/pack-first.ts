import { join } from 'node:path';
import { ensureDirectory } from '../base/index.ts';
import type { Run } from '../state/index.ts';
import type { App } from './app.ts';
import { exportRun } from './export-run.ts';
import { settleTrash } from './settle-trash.ts';

/**
 * Writes a repro pack of a run in the trash, `<run id>.zip`, before it is purged. For as long as that takes the run is
 * back in the list, and dying meanwhile leaves it there: the policy finds it again. Throws what an export throws; then
 * the run is in the trash as before.
 */
export async function packFirst(app: App, run: Run, folder: string): Promise<void> {
  const { run_id, deleted_at } = run;
  await ensureDirectory(folder);
  app.state.runs.setDeleted(run_id, false);
  await settleTrash(app);
  try {
    const out = join(folder, `${run_id}.zip`);
    await exportRun(app, run_id, { out, data: false, logs: true, overwrite: true });
  } finally {
    app.state.runs.setDeleted(run_id, true, deleted_at ?? app.clock.now());
    await settleTrash(app);
  }
}
