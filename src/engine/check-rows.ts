import type { RunManifest } from '../contract/index.ts';
import type { RowsWith } from '../state/index.ts';
import type { Appdata } from './app.ts';
import { type Damage, RESTORE } from './damage.ts';
import { damagesOfRows } from './diagnosis/database.ts';

/**
 * The rows of a finished run and of what it was made of, against their checksums: also what no manifest knows, because it
 * was decided afterwards (pinned, deleted, expired).
 */
export function checkRows(
  { state }: Appdata,
  { run_id, inputs, dataset }: RunManifest,
  touches: readonly string[],
): readonly Damage[] {
  const version = dataset.dataset_version_id;
  const rows: readonly RowsWith[] = [
    { table: 'runs', column: 'run_id', value: run_id },
    { table: 'dataset_versions', column: 'dataset_version_id', value: version },
    ...inputs.flatMap(({ part_id, upload_sha256 }) => [
      { table: 'parts', column: 'part_id', value: part_id },
      { table: 'blobs', column: 'sha256', value: upload_sha256 },
      { table: 'uploads', column: 'sha256', value: upload_sha256 },
    ]),
  ];
  const usage = {
    ofRun: () => touches,
    ofVersion: () => touches,
    ofPart: () => touches,
    ofUpload: () => touches,
  };
  return damagesOfRows(
    rows.flatMap((which) => state.changedRows(which)),
    usage,
    RESTORE,
  );
}
