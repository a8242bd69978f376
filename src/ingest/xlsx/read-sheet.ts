import { join } from 'node:path';
import { ensureDirectory, removeTree } from '../../base/index.ts';
import type { IngestOptions } from '../../contract/index.ts';
import type { TextTable } from '../text-table/text-table-reader.ts';
import { MOST_COLUMNS } from './cell-references.ts';
import type { Workbook } from './open-workbook.ts';
import { readingPart } from './refusals.ts';
import { sheetScanner } from './scan-sheet.ts';
import { readSharedStrings } from './shared-strings.ts';
import type { CellContext } from './sheet-cells.ts';
import type { SheetFacts } from './sheet-notes.ts';
import { sheetTable } from './sheet-table.ts';
import { readStyles } from './styles.ts';
import { utf8Stream } from './utf8-stream.ts';
import type { Sheet } from './workbook-part.ts';

/** No sheet has more; a file that says so is not taken at its word. */
const MOST_MERGED = 1_000_000;

/** How a sheet is read, and where to. */
export interface SheetReading {
  readonly workbook: Workbook;
  readonly sheet: Sheet;
  readonly shownPath: string;
  readonly header: IngestOptions['header'];
  /** A folder for shared texts that don't fit into memory; it is made and removed. */
  readonly spill: string;
  readonly table: TextTable;
  readonly onProgress: (bytes: number) => void;
}

/** Reads one sheet, streamed: shared texts first, then row by row into the table. */
export async function readSheet(reading: SheetReading): Promise<SheetFacts> {
  const { workbook, shownPath, spill } = reading;
  const formats = await readStyles(workbook.styles, shownPath);
  await ensureDirectory(spill);
  const strings = await readSharedStrings(workbook.sharedStrings, shownPath, join(spill, 'texts'));
  try {
    return await scanInto(reading, { strings, formats, epoch1904: workbook.epoch1904 });
  } finally {
    strings.close();
    await removeTree(spill);
  }
}

async function scanInto(reading: SheetReading, context: CellContext): Promise<SheetFacts> {
  const { sheet, shownPath, header, onProgress } = reading;
  const { part } = sheet;
  const defined = await reading.workbook.definedTableOf(sheet);
  const rows = sheetTable(reading.table, { header, shownPath, ...(defined && { defined }) });
  const mergedUpTo: number[] = [];
  const hiddenColumns = new Set<number>();
  const scanner = sheetScanner(context, {
    row: rows.row,
    merged({ lastRow }) {
      if (mergedUpTo.length < MOST_MERGED) mergedUpTo.push(lastRow);
    },
    hiddenColumns(first, last) {
      for (let column = first; column <= Math.min(last, MOST_COLUMNS); column++) hiddenColumns.add(column);
    },
  });
  await readingPart(shownPath, part.name, async () => {
    for await (const block of utf8Stream(part.stream())) {
      scanner.write(block);
      onProgress(Math.round((block.length * part.packedBytes) / Math.max(1, part.bytes)));
    }
    scanner.end();
  });
  return { table: rows.finish(), mergedUpTo, hiddenColumns, epoch1904: context.epoch1904 };
}
