import { join } from 'node:path';
import { randomId } from '../../base/index.ts';
import type { Column, IngestReport } from '../../contract/index.ts';
import type { PartRequest } from '../part-request.ts';
import type { TextTableFacts, TextTableReader } from '../text-table/text-table-reader.ts';
import { chooseSheet, emptySheet, listed, type SheetChoice, type SheetWish } from './choose-sheet.ts';
import { openWorkbook, type Workbook } from './open-workbook.ts';
import { readSheet } from './read-sheet.ts';
import { sheetNotes } from './sheet-notes.ts';
import type { Sheet } from './workbook-part.ts';

/** Goes up with every change in what is read from the same bytes: it is in the id of each part. */
export const XLSX_READER_VERSION = 'xlsx.2';

/** What the reader has to know of a file. */
export interface WorkbookRequest extends Pick<PartRequest, 'shownPath' | 'options' | 'unpackedBy'> {
  readonly upload: Pick<PartRequest['upload'], 'blobPath'>;
  readonly paths: Pick<PartRequest['paths'], 'temporary'>;
}

/**
 * The reader of workbooks. Where the file is there already (it is not packed in another), the sheet is chosen now, so
 * that naming it and leaving it to choice make the same part. Throws `SH_INPUT_…`.
 */
export async function xlsxReader(request: WorkbookRequest): Promise<TextTableReader> {
  const { shownPath, options } = request;
  const asked: SheetWish = {
    ...(options.sheet !== undefined && { sheet: options.sheet }),
    ...(options.table !== undefined && { table: options.table }),
  };
  const settled =
    request.unpackedBy === '' ? await settle(request.upload.blobPath, shownPath, asked) : undefined;
  const wish = settled?.wish ?? asked;
  return {
    format: 'xlsx',
    version: XLSX_READER_VERSION,
    options: { format: 'xlsx', delimiter: null, quote: null, header: options.header, ...wish },
    read: (path, table, onProgress) =>
      inWorkbook(path, shownPath, async (workbook): Promise<TextTableFacts> => {
        const choice = settled?.choice ?? (await chooseSheet(workbook.sheets, asked, shownPath));
        const sheet = sheetAt(workbook.sheets, choice);
        const spill = join(request.paths.temporary, `texts-${randomId()}`);
        const { header } = options;
        const facts = await readSheet({ workbook, sheet, shownPath, header, spill, table, onProgress });
        if (facts.table.filledRows === 0) {
          throw emptySheet(shownPath, `the sheet "${sheet.name}" holds nothing`, workbook.sheets);
        }
        const tables = tablesOf(workbook.sheets, choice, facts.table.filledRows);
        const notes = (columns: readonly Column[]) => [
          ...choiceNotes(workbook.sheets, sheet),
          ...sheetNotes(facts, columns),
        ];
        return { tables, notes };
      }),
  };
}

async function inWorkbook<T>(
  path: string,
  shownPath: string,
  work: (workbook: Workbook) => Promise<T>,
): Promise<T> {
  const workbook = await openWorkbook(path, shownPath);
  try {
    return await work(workbook);
  } finally {
    workbook.close();
  }
}

interface Settled {
  readonly choice: SheetChoice;
  /** Says nothing but the choice: by name, or by number where the name is not the sheet's own. */
  readonly wish: SheetWish;
}

function settle(path: string, shownPath: string, asked: SheetWish): Promise<Settled> {
  return inWorkbook(path, shownPath, async ({ sheets }) => {
    const choice = await chooseSheet(sheets, asked, shownPath);
    const { name } = sheetAt(sheets, choice);
    const alone = name !== '' && sheets.filter((sheet) => sheet.name === name).length === 1;
    return { choice, wish: alone ? { sheet: name } : { table: choice.index + 1 } };
  });
}

function sheetAt(sheets: readonly Sheet[], { index }: SheetChoice): Sheet {
  const sheet = sheets[index];
  if (sheet === undefined) throw new Error(`there is no sheet ${index + 1}`);
  return sheet;
}

function tablesOf(
  sheets: readonly Sheet[],
  { index, sizes }: SheetChoice,
  filledRows: number,
): NonNullable<IngestReport['tables']> {
  return sheets.map(({ name }, i) => ({
    name,
    rows: i === index ? filledRows : (sizes[i]?.rows ?? null),
    read: i === index,
  }));
}

function choiceNotes(sheets: readonly Sheet[], sheet: Sheet): string[] {
  const notes: string[] = [];
  if (sheets.length > 1)
    notes.push(`the sheet "${sheet.name}" was read, one of ${sheets.length}: ${listed(sheets)}`);
  if (sheet.hidden) notes.push(`the sheet "${sheet.name}" is hidden in the workbook`);
  return notes;
}
