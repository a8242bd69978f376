import { type Clock, canonicalJson, type Sha256 } from '../../base/index.ts';
import { Part } from '../../contract/index.ts';
import type { Database } from '../database.ts';
import { document, nullable, rowReader, text } from '../row.ts';

const read = rowReader({ document: document(Part) });
const readExpired = rowReader({ expired_at: nullable(text) });

export const PART_QUERIES = {
  // The id says what was read and how; the Parquet bytes may differ when it is made again.
  save: `INSERT INTO parts (part_id, upload_sha256, row_count, rejected_rows, parquet_sha256, document, created_at)
    VALUES ($part_id, $upload_sha256, $row_count, $rejected_rows, $parquet_sha256, $document, $created_at)
    ON CONFLICT (part_id) DO UPDATE SET parquet_sha256 = $parquet_sha256, document = $document,
      expired_at = NULL`,
  get: 'SELECT document FROM parts WHERE part_id = $part_id',
  expired: 'SELECT expired_at FROM parts WHERE part_id = $part_id',
} as const;

/** Ingested files. */
export function partsStore(db: Database, clock: Clock) {
  return {
    /** Records a part; its upload must be recorded. Doing it again takes the new Parquet hash. */
    save: (part: Part): void => {
      const { part_id, upload_sha256, row_count, rejected_rows, parquet_sha256 } = part;
      const fields = { part_id, upload_sha256, row_count, rejected_rows, parquet_sha256 };
      db.run(PART_QUERIES.save, { ...fields, document: canonicalJson(part), created_at: clock.now() });
    },
    get: (part_id: Sha256): Part | undefined => db.get(PART_QUERIES.get, { part_id }, read)?.document,
    /** Since when its bytes are gone on purpose; null where they must be there. */
    expiredAt: (part_id: Sha256): string | null =>
      db.get(PART_QUERIES.expired, { part_id }, readExpired)?.expired_at ?? null,
  };
}
