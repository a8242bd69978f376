import type { PackagePart } from '../zip/open-package.ts';
import { builtInFormat, type DateFormat, formatOfCode } from './number-format.ts';
import { readSmallPart } from './small-part.ts';

/** What each cell style (by its index) makes of a number: a date of some kind, or undefined. */
export type StyleFormats = readonly (DateFormat | undefined)[];

/** Reads the cell styles of a workbook; a format that the workbook declares itself comes before the built-in ones. */
export async function readStyles(part: PackagePart | undefined, shownPath: string): Promise<StyleFormats> {
  if (part === undefined) return [];
  const codes = new Map<number, string>();
  const formatIds: number[] = [];
  await readSmallPart(part, shownPath, ({ name, parents, attributes }) => {
    if (name !== 'numFmt' && name !== 'xf') return;
    const id = Number(attributes.get('numFmtId') ?? 0);
    if (name === 'numFmt' && parents.at(-1) === 'numFmts') codes.set(id, attributes.get('formatCode') ?? '');
    if (name === 'xf' && parents.at(-1) === 'cellXfs') formatIds.push(id);
  });
  return formatIds.map((id) => {
    const code = codes.get(id);
    return code === undefined ? builtInFormat(id) : formatOfCode(code);
  });
}
