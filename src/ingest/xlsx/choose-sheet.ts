import { HarnessError } from '../../base/index.ts';
import type { TableChoice } from '../../contract/index.ts';
import { countCells, type SheetSize } from './count-cells.ts';
import type { Sheet } from './workbook-part.ts';

/** Which sheet the operator asks for: by name or number as text, or as a table. */
export interface SheetWish {
  readonly sheet?: string;
  readonly table?: TableChoice;
}

/** The ordinal of the sheet that is read, from 0, and the sizes of all of them, if they had to be compared. */
export interface SheetChoice {
  readonly index: number;
  readonly sizes: readonly SheetSize[];
}

/**
 * The sheet of this name (exactly, else but for case), else of this number, from 1; without a wish the one with the
 * most filled cells among those that are not hidden. Throws `SH_INPUT_SHEET_UNKNOWN`, `SH_INPUT_SHEET_EMPTY`.
 */
export async function chooseSheet(
  sheets: readonly Sheet[],
  wish: SheetWish,
  shownPath: string,
): Promise<SheetChoice> {
  const asked = wish.sheet ?? (wish.table === undefined ? undefined : String(wish.table));
  if (asked === undefined) return largest(sheets, shownPath);
  const byName = wish.sheet === undefined && typeof wish.table === 'number' ? -1 : indexOfName(sheets, asked);
  const index = byName === -1 && /^\d{1,5}$/.test(asked) ? Number(asked) - 1 : byName;
  if (sheets[index] !== undefined) return { index, sizes: [] };
  throw new HarnessError('SH_INPUT_SHEET_UNKNOWN', { path: shownPath, sheet: asked, sheets: listed(sheets) });
}

function indexOfName(sheets: readonly Sheet[], asked: string): number {
  const exact = sheets.findIndex(({ name }) => name === asked);
  if (exact !== -1) return exact;
  return sheets.findIndex(({ name }) => name.toLowerCase() === asked.toLowerCase());
}

/** A sheet that is not hidden comes before all that are; of equals, the first. */
async function largest(sheets: readonly Sheet[], shownPath: string): Promise<SheetChoice> {
  if (sheets.length === 1) return { index: 0, sizes: [] };
  const sizes: SheetSize[] = [];
  for (const { part } of sheets) sizes.push(await countCells(part, shownPath));
  const cells = sizes.map((size, i) => (sheets[i]?.hidden === true ? 0 : size.cells));
  const most = Math.max(...cells) > 0 ? cells : sizes.map((size) => size.cells);
  const largestSize = Math.max(0, ...most);
  if (largestSize > 0) return { index: most.indexOf(largestSize), sizes };
  throw emptySheet(shownPath, 'none of its sheets holds anything', sheets);
}

export function emptySheet(path: string, what: string, sheets: readonly Sheet[]): HarnessError {
  return new HarnessError('SH_INPUT_SHEET_EMPTY', { path, what, sheets: listed(sheets) });
}

/** The sheets for a message: number, name. */
export function listed(sheets: readonly Sheet[]): string {
  const names = sheets
    .slice(0, 20)
    .map(({ name, hidden }, i) => `${i + 1} "${name}"${hidden ? ' (hidden)' : ''}`);
  if (names.length === 0) return 'none';
  return names.join(', ') + (sheets.length > 20 ? ` and ${sheets.length - 20} more` : '');
}
