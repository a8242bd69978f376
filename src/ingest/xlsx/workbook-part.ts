import type { Package, PackagePart } from '../zip/open-package.ts';
import { damaged } from '../zip/refusals.ts';
import { partOfType, relationshipsOf } from './relationships.ts';
import { readSmallPart } from './small-part.ts';

/** A sheet of cells, in the order of the workbook's tabs. */
export interface Sheet {
  readonly name: string;
  readonly hidden: boolean;
  readonly part: PackagePart;
}

/** What the workbook's main part and its relationships say. */
export interface WorkbookFacts {
  readonly sheets: readonly Sheet[];
  /** Days are counted from 1904-01-01. */
  readonly epoch1904: boolean;
  readonly sharedStrings?: PackagePart;
  readonly styles?: PackagePart;
}

/** Reads the list of sheets; those without cells (charts, dialogs, macros) are left out. */
export async function readWorkbookPart(
  zip: Package,
  workbook: PackagePart,
  shownPath: string,
): Promise<WorkbookFacts> {
  const relationships = await relationshipsOf(zip, workbook.name, shownPath);
  const sheets: Sheet[] = [];
  let epoch1904 = false;
  let root = '';
  await readSmallPart(workbook, shownPath, ({ name, parents, attributes }) => {
    if (parents.length === 0) root = name;
    if (name === 'workbookPr') epoch1904 = /^(1|true|on)$/.test(attributes.get('date1904') ?? '');
    if (name !== 'sheet' || parents.at(-1) !== 'sheets') return;
    const related = relationships.find(({ id }) => id === attributes.get('id'));
    if (related !== undefined && related.type !== 'worksheet') return;
    const sheetName = attributes.get('name') ?? '';
    const part = related === undefined ? undefined : zip.find(related.target);
    if (part === undefined) throw damaged(shownPath, `the sheet "${sheetName}" is listed, but not there`);
    sheets.push({ name: sheetName, hidden: /hidden/i.test(attributes.get('state') ?? ''), part });
  });
  if (root !== 'workbook') throw damaged(shownPath, `${workbook.name}: its root is not "workbook"`);
  const sharedStrings = partOfType(zip, relationships, 'sharedStrings');
  const styles = partOfType(zip, relationships, 'styles');
  return { sheets, epoch1904, ...(sharedStrings && { sharedStrings }), ...(styles && { styles }) };
}
