import type { Coverage } from '../contract/index.ts';
import type { QueryHandle } from './handles.ts';
import { coverageColumn } from './statistics/coverage-column.ts';

/**
 * A query's result as CSV; text that a spreadsheet would take for a formula gets a leading apostrophe. Of a sample every
 * line says so: its sums are not those of the table.
 */
export function resultCsv(handle: QueryHandle, coverage: Coverage): string {
  const mark = coverageColumn(coverage);
  const header = [...handle.columns.map((column) => quoted(column.name)), ...(mark ? [mark.header] : [])];
  const lines = handle.rows.map((cells) =>
    [
      ...cells.map((cell, i) => quoted(cell === null ? '' : isText(handle, i) ? defused(cell) : cell)),
      ...(mark ? [mark.cell] : []),
    ].join(','),
  );
  return [header.join(','), ...lines, ''].join('\n');
}

function isText(handle: QueryHandle, column: number): boolean {
  return handle.columns[column]?.type === 'VARCHAR';
}

function defused(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
