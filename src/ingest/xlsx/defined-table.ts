import type { Package, PackagePart } from '../zip/open-package.ts';
import { type CellRange, cellRange } from './cell-references.ts';
import { relationshipsOf } from './relationships.ts';
import type { SheetRow } from './scan-sheet.ts';
import { CELL } from './sheet-cells.ts';
import { readSmallPart } from './small-part.ts';

/** A range that the workbook itself calls a table ("format as table"). */
export interface DefinedTable extends CellRange {
  readonly header: boolean;
  /** Its last row holds totals. */
  readonly totals: boolean;
}

/** The table that a sheet defines; undefined where it defines none, or several. */
export async function definedTableOf(
  zip: Package,
  sheet: PackagePart,
  shownPath: string,
): Promise<DefinedTable | undefined> {
  const related = (await relationshipsOf(zip, sheet.name, shownPath)).filter(({ type }) => type === 'table');
  const [only] = related;
  const part = only === undefined || related.length > 1 ? undefined : zip.find(only.target);
  if (part === undefined) return undefined;
  let table: DefinedTable | undefined;
  await readSmallPart(part, shownPath, ({ name, parents, attributes }) => {
    const range = cellRange(attributes.get('ref') ?? '');
    if (name !== 'table' || parents.length > 0 || range === undefined) return;
    const header = attributes.get('headerRowCount') !== '0';
    table = { ...range, header, totals: Number(attributes.get('totalsRowCount') ?? 0) > 0 };
  });
  return table;
}

/** Whether most of the cells in these rows belong to the table, which begins among them. */
export function isMainTable(table: DefinedTable, rows: readonly SheetRow[]): boolean {
  if (!rows.some(({ number }) => number === table.firstRow)) return false;
  let inside = 0;
  let outside = 0;
  for (const row of rows) {
    const inRows = row.number >= table.firstRow && row.number <= table.lastRow;
    for (let column = 0; column < row.width; column++) {
      if (row.sorts[column] === CELL.none) continue;
      if (inRows && column >= table.firstColumn && column <= table.lastColumn) inside++;
      else outside++;
    }
  }
  return inside >= outside;
}
