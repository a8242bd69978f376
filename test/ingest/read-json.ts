import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJsonLines } from '../../src/ingest/json/read-json-lines.ts';
import { type JsonSource, readJsonText } from '../../src/ingest/json/read-json-text.ts';
import type { TextTable } from '../../src/ingest/text-table/text-table-reader.ts';

/** A table of texts in memory, as a reader filled it. */
export interface ReadTable {
  readonly headers: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly lines: readonly number[];
  readonly rejects: readonly { readonly reason: string; readonly text: string; readonly line: number }[];
  readonly notes: readonly string[];
}

/** Reads a text as JSON, or as JSON lines, without typing it. */
export async function readJson(
  text: string | Uint8Array,
  how: Partial<JsonSource> & { readonly lines?: boolean } = {},
): Promise<ReadTable> {
  const folder = mkdtempSync(join(tmpdir(), 'json-'));
  const path = join(folder, 'x.json');
  writeFileSync(path, text);
  const headers: string[] = [];
  const rows: (string | null)[][] = [];
  const lines: number[] = [];
  const rejects: ReadTable['rejects'][number][] = [];
  const table: TextTable = {
    addColumn: (header) => headers.push(header) - 1,
    addRow: (cells, line) => {
      rows.push(cells.map((cell) => cell ?? null));
      lines.push(line);
    },
    addReject: (reason, text, line) => void rejects.push({ reason, text, line }),
  };
  try {
    const read = how.lines === true ? readJsonLines : readJsonText;
    const facts = await read({ path, shownPath: 'x.json', header: 'auto', ...how }, table, () => {});
    const padded = rows.map((row) => headers.map((_, i) => row[i] ?? null));
    const columns = headers.map((name) => ({ name, sql_name: name, type: { kind: 'text' as const } }));
    return { headers, rows: padded, lines, rejects, notes: facts.notes(columns) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
