import type { Synthetic } from './synthetic.ts';
import type { SyntheticCell } from './table/columns.ts';

const CHUNK = 1 << 20;

/** The table as CSV text in pieces of about a megabyte: commas, LF, quotes only where needed, missing cells empty. */
export function* csvText({ columns, rows }: Pick<Synthetic, 'columns' | 'rows'>): Generator<string> {
  const isText = columns.map(({ type }) => type.kind === 'text');
  let text = lineOf(
    columns.map(({ name }) => name),
    columns.map(() => true),
  );
  for (const row of rows()) {
    text += lineOf(row, isText);
    if (text.length < CHUNK) continue;
    yield text;
    text = '';
  }
  yield text;
}

const NEEDS_QUOTES = /[",\r\n]/;

/** Numbers and times never need quotes, so they are not looked at. */
function lineOf(row: readonly SyntheticCell[], isText: readonly boolean[]): string {
  let line = '';
  for (let i = 0; i < row.length; i += 1) {
    const cell = row[i] ?? null;
    if (i > 0) line += ',';
    if (cell === null) continue;
    line += isText[i] && NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  }
  return `${line}\n`;
}
