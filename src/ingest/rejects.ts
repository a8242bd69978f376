import type { DuckDBConnection } from '@duckdb/node-api';
import type { RejectedRecord } from '../contract/index.ts';
import { roomFor } from './csv/write-csv-part.ts';
import { PARQUET, quotePaths, quoteText } from './duckdb.ts';
import { putText, ROW_OVERHEAD, type RowWriter, rowWriter, textRoom } from './row-writer.ts';
import { shownText } from './shown-text.ts';

/** Records that could not be read, kept apart. */
export interface Rejects {
  /** The files that hold them, one behind the other; none where there are none. */
  readonly paths: readonly string[];
  readonly count: number;
  /** Bytes of the longest. */
  readonly longest: number;
  readonly first: readonly RejectedRecord[];
}

/** Rejects being written; `close` must end it. */
export interface OpenRejects {
  add(reason: string, text: string, rowNumber: number, sourceLine: number): void;
  finish(): Rejects;
  close(): void;
}

const KEPT = 1000;
const SHOWN = 200;
const COMMA = 44;
const LF = 10;

/** Opens a file for rejected records, made only if there are any. */
export function openRejects(path: string): OpenRejects {
  const first: RejectedRecord[] = [];
  let out: RowWriter | undefined;
  let [count, longest] = [0, 0];
  return {
    add(reason, text, rowNumber, sourceLine) {
      count++;
      out ??= rowWriter(path);
      const kept = text.toWellFormed().replaceAll('\0', '\ufffd');
      const cells = [reason, kept];
      const start = out.begin(cells.reduce(textRoom, ROW_OVERHEAD));
      out.ascii(`${rowNumber},${sourceLine}`);
      for (const cell of cells) {
        out.byte(COMMA);
        putText(out, cell);
      }
      out.byte(LF);
      longest = Math.max(longest, out.used - start);
      if (first.length >= KEPT) return;
      first.push({ row_number: rowNumber, source_line: sourceLine, reason, text: shownText(kept, SHOWN) });
    },
    finish() {
      out?.flush();
      return { paths: out?.paths ?? [], count, longest, first };
    },
    close: () => out?.close(),
  };
}

/** Writes rejected records as a Parquet file. */
export async function writeRejects(
  connection: DuckDBConnection,
  { paths, longest }: Rejects,
  to: string,
): Promise<void> {
  const columns = `{'row_number': 'BIGINT', 'source_line': 'BIGINT', 'reason': 'VARCHAR', 'text': 'VARCHAR'}`;
  await connection.run(
    `COPY (SELECT * FROM read_csv(${quotePaths(paths)}, auto_detect = false, hive_partitioning = false, header = false, delim = ',', ` +
      `quote = '"', escape = '"', new_line = '\\n', parallel = false, columns = ${columns}, ` +
      `${roomFor(longest)})) TO ${quoteText(to)} (${PARQUET})`,
  );
}

/** What a report says of them. */
export function rejectedFacts({ count, first }: Rejects) {
  return { rejected_rows: count, ...(count > 0 && { rejected_records: [...first] }) };
}
