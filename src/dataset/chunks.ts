import type { Chunk, PartFile } from './dataset.ts';
import type { Session } from './session.ts';
import { parquetAt } from './sql-text.ts';

interface Cut {
  /** The files hold the rows of a sample. */
  readonly sampled: boolean;
  readonly forcedRows: number | undefined;
}

/**
 * The chunks of all parts in order: fixed ranges of `chunk_rows` row numbers, those without a row left out.
 * A range's rows are counted only where rejected records, or rows that were not drawn, leave gaps.
 */
export async function planChunks(
  session: Session,
  parts: readonly PartFile[],
  { sampled, forcedRows }: Cut,
): Promise<readonly Chunk[]> {
  const chunks: Chunk[] = [];
  for (const [index, file] of parts.entries()) {
    const size = forcedRows ?? file.part.chunk_rows;
    const counts = await rowsPerRange(session, file, size, sampled);
    counts.forEach((rows, range) => {
      if (rows === 0) return;
      const firstRow = range * size + 1;
      chunks.push({ ordinal: chunks.length, part: index + 1, firstRow, lastRow: firstRow + size - 1, rows });
    });
  }
  return chunks;
}

async function rowsPerRange(
  session: Session,
  file: PartFile,
  size: number,
  sampled: boolean,
): Promise<readonly number[]> {
  const { row_count: rowCount, rejected_rows: rejected } = file.part;
  const ranges = Math.ceil((rowCount + rejected) / size);
  if (rejected > 0 || sampled) return countedRows(session, file, size, ranges);
  return Array.from({ length: ranges }, (_, range) => Math.min(size, rowCount - range * size));
}

async function countedRows(
  session: Session,
  file: PartFile,
  size: number,
  ranges: number,
): Promise<readonly number[]> {
  const { rows } = await session.rows(
    `SELECT (row_number - 1) // ${size}, count(*) FROM ${parquetAt(file.parquetPath)} GROUP BY 1`,
  );
  const counts = new Map(rows.map(([range, count]) => [Number(range), Number(count)]));
  return Array.from({ length: ranges }, (_, range) => counts.get(range) ?? 0);
}
