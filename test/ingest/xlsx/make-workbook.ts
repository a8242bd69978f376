import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const DATE = new Date(2020, 0, 1);

/** A cell: a text, a number, a truth value, nothing, or the attributes and content of a `<c>`. */
export type Cell = string | number | boolean | null | { readonly at?: string; readonly xml: string };

/** A cell with a number in the format of the style with this ordinal. */
export function styled(value: number | string, style: number): Cell {
  return { at: ` s="${style}"`, xml: `<v>${value}</v>` };
}

/** A cell of this type with this written value. */
export function typed(type: string, value: string, style = 0): Cell {
  return { at: ` t="${type}" s="${style}"`, xml: `<v>${value}</v>` };
}

export interface SheetSpec {
  readonly name?: string;
  readonly state?: 'hidden' | 'veryHidden';
  /** Rows from the first on, or the whole of the sheet's content. */
  readonly rows?: readonly (readonly Cell[])[];
  readonly xml?: string;
}

export interface WorkbookSpec {
  readonly sheets?: readonly SheetSpec[];
  /** Shorthand for one sheet called Data. */
  readonly rows?: readonly (readonly Cell[])[];
  readonly xml?: string;
  /** The content of each `<si>`. */
  readonly sharedStrings?: readonly string[];
  /** Format codes, or ids of built-in formats, of the styles 1, 2, …; style 0 is General. */
  readonly formats?: readonly (string | number)[];
  readonly date1904?: boolean;
  /** Parts put in place of those made, or besides; undefined leaves one out. */
  readonly parts?: Readonly<Record<string, string | Buffer | undefined>>;
}

/** A workbook as bytes, made of what the test says and no more. */
export function workbook(spec: WorkbookSpec): Promise<Buffer> {
  return zipOf(workbookParts(spec));
}

export function workbookParts(spec: WorkbookSpec): Record<string, string | Buffer> {
  const sheets = spec.sheets ?? [
    { name: 'Data', ...(spec.rows && { rows: spec.rows }), ...(spec.xml && { xml: spec.xml }) },
  ];
  const parts: Record<string, string | Buffer | undefined> = {
    '[Content_Types].xml': contentTypes(),
    '_rels/.rels': relationships([['rId1', 'officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': workbookXml(sheets, spec.date1904 === true),
    'xl/_rels/workbook.xml.rels': relationships([
      ...sheets.map((_, i): Related => [`rId${i + 1}`, 'worksheet', `worksheets/sheet${i + 1}.xml`]),
      ...(spec.sharedStrings ? [['rIdS', 'sharedStrings', 'sharedStrings.xml'] satisfies Related] : []),
      ...(spec.formats ? [['rIdF', 'styles', 'styles.xml'] satisfies Related] : []),
    ]),
    ...Object.fromEntries(sheets.map((sheet, i) => [`xl/worksheets/sheet${i + 1}.xml`, sheetXml(sheet)])),
    ...(spec.sharedStrings && { 'xl/sharedStrings.xml': sharedStringsXml(spec.sharedStrings) }),
    ...(spec.formats && { 'xl/styles.xml': stylesXml(spec.formats) }),
    ...spec.parts,
  };
  return Object.fromEntries(
    Object.entries(parts).flatMap(([name, content]) => (content === undefined ? [] : [[name, content]])),
  );
}

/** A zip file with these entries. */
export function zipOf(parts: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(parts))
    zip.addBuffer(Buffer.from(content), name, { mtime: DATE });
  zip.end();
  return buffer(zip.outputStream);
}

type Related = readonly [id: string, type: string, target: string];

function relationships(related: readonly Related[]): string {
  const items = related.map(
    ([id, type, target]) => `<Relationship Id="${id}" Type="${RELATIONSHIPS}/${type}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="${PACKAGE}/relationships">${items.join('')}</Relationships>`;
}

export function contentTypes(main = `${TYPES}.sheet.main+xml`): string {
  return (
    `<Types xmlns="${PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>` +
    `<Override PartName="/xl/workbook.xml" ContentType="${main}"/></Types>`
  );
}

function workbookXml(sheets: readonly SheetSpec[], date1904: boolean): string {
  const items = sheets.map(({ name = 'Data', state }, i) => {
    return `<sheet name="${name}" sheetId="${i + 1}"${state ? ` state="${state}"` : ''} r:id="rId${i + 1}"/>`;
  });
  const epoch = date1904 ? '<workbookPr date1904="1"/>' : '';
  return `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONSHIPS}">${epoch}<sheets>${items.join('')}</sheets></workbook>`;
}

export function sheetXml({ rows, xml }: SheetSpec): string {
  return `<worksheet xmlns="${MAIN}">${xml ?? `<sheetData>${(rows ?? []).map(rowXml).join('')}</sheetData>`}</worksheet>`;
}

function rowXml(cells: readonly Cell[]): string {
  return `<row>${cells.map(cellXml).join('')}</row>`;
}

function cellXml(cell: Cell): string {
  if (cell === null) return '<c/>';
  if (typeof cell === 'number') return `<c><v>${cell}</v></c>`;
  if (typeof cell === 'boolean') return `<c t="b"><v>${cell ? 1 : 0}</v></c>`;
  if (typeof cell === 'string')
    return `<c t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
  return `<c${cell.at ?? ''}>${cell.xml}</c>`;
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

export function sharedStringsXml(items: readonly string[]): string {
  return `<sst xmlns="${MAIN}">${items.map((item) => `<si>${item}</si>`).join('')}</sst>`;
}

function stylesXml(formats: readonly (string | number)[]): string {
  const ids = formats.map((format, i) => (typeof format === 'number' ? format : 200 + i));
  const codes = formats.flatMap((format, i) =>
    typeof format === 'number'
      ? []
      : [`<numFmt numFmtId="${200 + i}" formatCode="${escaped(format).replaceAll('"', '&quot;')}"/>`],
  );
  const xfs = [0, ...ids].map((id) => `<xf numFmtId="${id}"/>`);
  return (
    `<styleSheet xmlns="${MAIN}"><numFmts>${codes.join('')}</numFmts>` +
    `<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${xfs.join('')}</cellXfs></styleSheet>`
  );
}
