import type { QueryHandle } from '../../src/sdk/index.ts';

/** A query's result as CSV; text that a spreadsheet would take for a formula gets a leading apostrophe. */
export function csvOf(handle: QueryHandle): string {
  const header = handle.columns.map((column) => quoted(column.name));
  const lines = handle.rows.map((cells) =>
    cells.map((cell, i) => quoted(cell === null ? '' : isText(handle, i) ? defused(cell) : cell)).join(','),
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
