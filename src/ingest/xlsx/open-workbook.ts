import { openPackage } from '../zip/open-package.ts';
import { type DefinedTable, definedTableOf } from './defined-table.ts';
import { type OfficeKind, officeKind } from './office-kind.ts';
import { unsupported } from './refusals.ts';
import { readWorkbookPart, type Sheet, type WorkbookFacts } from './workbook-part.ts';

/** An open workbook: its sheets are known, none is read yet. */
export interface Workbook extends WorkbookFacts {
  definedTableOf(sheet: Sheet): Promise<DefinedTable | undefined>;
  close(): void;
}

/**
 * Opens a workbook: guards against bombs first, then follows the relationships of its parts to the list of sheets.
 * Throws `SH_INPUT_DAMAGED`, `SH_INPUT_BOMB`, `SH_INPUT_PASSWORD`, `SH_INPUT_FORMAT_UNSUPPORTED`.
 */
export async function openWorkbook(path: string, shownPath: string): Promise<Workbook> {
  const zip = await openPackage(path, shownPath);
  try {
    const workbook = workbookOf(await officeKind(zip, shownPath), shownPath);
    return {
      ...(await readWorkbookPart(zip, workbook, shownPath)),
      definedTableOf: ({ part }) => definedTableOf(zip, part, shownPath),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

function workbookOf(found: OfficeKind, shownPath: string) {
  switch (found.kind) {
    case 'workbook':
      return found.workbook;
    case 'other office file':
      throw unsupported(shownPath, found.what);
    case 'no office file':
      throw unsupported(shownPath, 'a zip archive without a workbook');
  }
}
