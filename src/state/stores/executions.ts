import { canonicalJson, redact } from '../../base/index.ts';
import { OUTCOME_STATUSES } from '../../contract/index.ts';
import type { Database } from '../database.ts';
import { hash, integer, member, nullable, type RowOf, rowReader, text, texts } from '../row.ts';

const shape = {
  id: text,
  run_id: text,
  plugin_id: text,
  execution_fingerprint: nullable(hash),
  status: member(OUTCOME_STATUSES),
  reason: text,
  started_at: nullable(text),
  finished_at: nullable(text),
  exit_code: nullable(integer),
  /** The run whose result was taken over; null where the plugin was executed in this run, or not at all. */
  reused_from_run: nullable(text),
  output_sha256: nullable(hash),
  peak_memory_bytes: nullable(integer),
  sandbox_layers: texts,
};
const read = rowReader(shape);

/** How one plugin of a run went. */
export type Execution = RowOf<typeof shape>;

export const EXECUTION_QUERIES = {
  save: `INSERT INTO executions (id, run_id, plugin_id, execution_fingerprint, status, reason, started_at,
      finished_at, exit_code, reused_from_run, output_sha256, peak_memory_bytes, sandbox_layers)
    VALUES ($id, $run_id, $plugin_id, $execution_fingerprint, $status, $reason, $started_at,
      $finished_at, $exit_code, $reused_from_run, $output_sha256, $peak_memory_bytes, $sandbox_layers)`,
  list: 'SELECT * FROM executions WHERE run_id = $run_id ORDER BY plugin_id, id',
} as const;

/** Executions of plugins: circumstances only; the results are files. */
export function executionsStore(db: Database) {
  return {
    save: ({ sandbox_layers, ...execution }: Execution): void => {
      const reason = redact(execution.reason);
      db.run(EXECUTION_QUERIES.save, { ...execution, reason, sandbox_layers: canonicalJson(sandbox_layers) });
    },
    /** The executions of a run by plugin id. */
    list: (run_id: string): readonly Execution[] => db.all(EXECUTION_QUERIES.list, { run_id }, read),
  };
}
