import type { Clock, Sha256 } from '../../base/index.ts';
import type { Database } from '../database.ts';
import { hash, integer, nullable, type RowOf, rowReader, text } from '../row.ts';

const shape = {
  id: integer,
  sha256: hash,
  bytes: integer,
  original_path: text,
  original_filename: text,
  received_at: text,
};
const read = rowReader(shape);
const readExpired = rowReader({ expired_at: nullable(text) });

/** One reception of a file. The same content may be received often, under other names. */
export type Upload = RowOf<typeof shape>;

export interface Reception {
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly original_path: string;
  readonly original_filename: string;
  /** When; now, if left out. */
  readonly received_at?: string;
}

const SELECT = `SELECT u.id, u.sha256, b.bytes, u.original_path, u.original_filename, u.received_at
  FROM uploads u JOIN blobs b ON b.sha256 = u.sha256`;

export const UPLOAD_QUERIES = {
  keepContent: `INSERT INTO blobs (sha256, bytes, first_received_at) VALUES ($sha256, $bytes, $received_at)
    ON CONFLICT (sha256) DO UPDATE SET expired_at = NULL`,
  insert: `INSERT INTO uploads (sha256, original_path, original_filename, received_at)
    VALUES ($sha256, $original_path, $original_filename, $received_at)`,
  expired: 'SELECT expired_at FROM blobs WHERE sha256 = $sha256',
  byHash: `${SELECT} WHERE u.sha256 = $sha256 ORDER BY u.id DESC`,
} as const;

/** What was received, when, under which name. */
export function uploadsStore(db: Database, clock: Clock) {
  const byHash = (sha256: Sha256): readonly Upload[] => db.all(UPLOAD_QUERIES.byHash, { sha256 }, read);
  return {
    /** Notes one reception, and the content at its first. */
    record: ({
      sha256,
      bytes,
      original_path,
      original_filename,
      received_at = clock.now(),
    }: Reception): Upload =>
      db.atomically(() => {
        db.run(UPLOAD_QUERIES.keepContent, { sha256, bytes, received_at });
        db.run(UPLOAD_QUERIES.insert, { sha256, original_path, original_filename, received_at });
        const [upload] = byHash(sha256);
        if (upload === undefined) throw new Error('an upload vanished while it was recorded');
        return upload;
      }),
    /** All receptions of a content, the newest first. They stay for ever. */
    byHash,
    /** Since when the bytes of a content are gone on purpose; null where they must be there. */
    expiredAt: (sha256: Sha256): string | null =>
      db.get(UPLOAD_QUERIES.expired, { sha256 }, readExpired)?.expired_at ?? null,
  };
}
