import { createWriteStream, existsSync, renameSync } from 'node:fs';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { mulberry32 } from './make-data.ts';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const REGIONS = ['north', 'south', 'east', 'west', 'central'];
const HEADERS = ['id', 'comment', 'when', 'amount', 'region', 'ratio', 'due', 'quantity', 'paid', 'customer'];
const CUSTOMERS = 20_000;
const TIMESTAMP = 1;
const BLOCK = 1 << 16;

/**
 * A workbook of so many rows, header included, and ten columns, as Excel writes it: texts shared, a million of them
 * distinct in a full sheet, dates as numbers. The same bytes inside for the same number of rows.
 */
export async function writeWorkbook(path: string, rows: number): Promise<void> {
  if (existsSync(path)) return;
  const zip = new ZipFile();
  const out = createWriteStream(`${path}.tmp`);
  zip.outputStream.pipe(out);
  for (const [name, content] of Object.entries(SMALL_PARTS)) zip.addBuffer(Buffer.from(content), name);
  zip.addReadStream(Readable.from(inBlocks(sharedStrings(rows))), 'xl/sharedStrings.xml');
  zip.addReadStream(Readable.from(inBlocks(sheet(rows))), 'xl/worksheets/sheet1.xml');
  zip.end();
  await finished(out);
  renameSync(`${path}.tmp`, path);
}

function* sheet(rows: number): Generator<string> {
  const random = mulberry32(3);
  yield `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="${MAIN}">`;
  yield `<dimension ref="A1:J${rows}"/><sheetData><row r="1">`;
  for (const [i, header] of HEADERS.entries()) yield `<c r="${letter(i)}1" t="str"><v>${header}</v></c>`;
  yield '</row>';
  const customers = REGIONS.length;
  const comments = customers + CUSTOMERS;
  for (let row = 2; row <= rows; row++) {
    const shared = (column: number, index: number) =>
      `<c r="${letter(column)}${row}" t="s"><v>${index}</v></c>`;
    const number = (column: number, value: string | number, at = '') =>
      `<c r="${letter(column)}${row}"${at}><v>${value}</v></c>`;
    const date = (column: number) =>
      number(column, 45_000 + Math.floor(random() * 3e7) / 86_400, ` s="${TIMESTAMP}"`);
    yield `<row r="${row}" spans="1:10">${number(0, row - 1)}${shared(1, comments + row - 2)}${date(2)}` +
      number(3, Math.floor(random() * 1e7) / 100) +
      shared(4, Math.floor(random() * REGIONS.length)) +
      number(5, random()) +
      date(6) +
      number(7, Math.floor(random() * 50)) +
      number(8, random() < 0.9 ? 1 : 0, ' t="b"') +
      `${shared(9, customers + Math.floor(random() * CUSTOMERS))}</row>`;
  }
  yield '</sheetData></worksheet>';
}

function* sharedStrings(rows: number): Generator<string> {
  yield `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<sst xmlns="${MAIN}">`;
  for (const region of REGIONS) yield `<si><t>${region}</t></si>`;
  for (let i = 0; i < CUSTOMERS; i++) yield `<si><t>C${i}</t></si>`;
  for (let i = 1; i < rows; i++) yield `<si><t>order ${i} checked by Søren</t></si>`;
  yield '</sst>';
}

function letter(column: number): string {
  return String.fromCharCode(65 + column);
}

function* inBlocks(texts: Iterable<string>): Generator<string> {
  let block = '';
  for (const text of texts) {
    block += text;
    if (block.length < BLOCK) continue;
    yield block;
    block = '';
  }
  yield block;
}

const related = (id: string, type: string, target: string): string =>
  `<Relationship Id="${id}" Type="${RELATIONSHIPS}/${type}" Target="${target}"/>`;
const relationships = (items: string): string =>
  `<Relationships xmlns="${PACKAGE}/relationships">${items}</Relationships>`;

const SMALL_PARTS: Readonly<Record<string, string>> = {
  '[Content_Types].xml':
    `<Types xmlns="${PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>` +
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
  '_rels/.rels': relationships(related('rId1', 'officeDocument', 'xl/workbook.xml')),
  'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONSHIPS}"><sheets><sheet name="Orders" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': relationships(
    related('rId1', 'worksheet', 'worksheets/sheet1.xml') +
      related('rId2', 'sharedStrings', 'sharedStrings.xml') +
      related('rId3', 'styles', 'styles.xml'),
  ),
  'xl/styles.xml': `<styleSheet xmlns="${MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>`,
};
