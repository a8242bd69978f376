import type { Synthetic } from './synthetic.ts';
import type { SyntheticCell } from './table/columns.ts';

const CHUNK = 1 << 20;

/** The table as CSV text in pieces of about a megabyte: commas, LF, quotes only where needed, missing cells empty. */
export function* csvText({ columns, rows }: Pick<Synthetic, 'columns' | 'rows'>): Generator<string> {
  let text = lineOf(columns.map(({ name }) => name));
  for (const row of rows()) {
    text += lineOf(row);
    if (text.length < CHUNK) continue;
    yield text;
    text = '';
  }
  yield text;
}

const NEEDS_QUOTES = /[",\r\n]/;

function lineOf(row: readonly SyntheticCell[]): string {
  let line = '';
  for (const cell of row) {
    line += ',';
    if (cell !== null) line += NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  }
  return `${line.slice(1)}\n`;
}
