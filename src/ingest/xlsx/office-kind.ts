import type { Package, PackagePart } from '../zip/open-package.ts';
import { contentTypes, partOfType, relationshipsOf } from './relationships.ts';

/** What a zip file is, among the files of office programs. */
export type OfficeKind =
  | { readonly kind: 'workbook'; readonly workbook: PackagePart }
  | { readonly kind: 'other office file'; readonly what: string }
  | { readonly kind: 'no office file' };

const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/sheet\.binary/, 'a binary workbook (XLSB)'],
  [/wordprocessingml|ms-word/, 'a Word document (DOCX)'],
  [/presentationml|ms-powerpoint/, 'a presentation (PPTX)'],
];

/** Tells a workbook from other files by what the package says about its main part, not by names. */
export async function officeKind(zip: Package, shownPath: string): Promise<OfficeKind> {
  const openDocument = await openDocumentKind(zip);
  if (openDocument !== undefined) return { kind: 'other office file', what: openDocument };
  const workbook = partOfType(zip, await relationshipsOf(zip, '', shownPath), 'officeDocument');
  if (workbook === undefined) return { kind: 'no office file' };
  const type = (await contentTypes(zip, shownPath))(workbook.name);
  const other = OTHERS.find(([pattern]) => pattern.test(type));
  return other === undefined ? { kind: 'workbook', workbook } : { kind: 'other office file', what: other[1] };
}

const MIMETYPE_BYTES = 256;

async function openDocumentKind(zip: Package): Promise<string | undefined> {
  const part = zip.find('mimetype');
  if (part === undefined || part.bytes > MIMETYPE_BYTES) return undefined;
  const blocks: Buffer[] = [];
  for await (const block of part.stream()) blocks.push(block);
  const type = Buffer.concat(blocks).toString('latin1');
  if (!type.startsWith('application/vnd.oasis.opendocument')) return undefined;
  return type.includes('spreadsheet') ? 'an OpenDocument spreadsheet (ODS)' : 'an OpenDocument file';
}
