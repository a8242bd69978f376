import { HarnessError } from '../../base/index.ts';
import type { IngestReport, TableChoice } from '../../contract/index.ts';
import { openPackage, type PackagePart } from '../zip/open-package.ts';

/** The entry of an archive that is its table. */
export interface ChosenEntry {
  readonly entry: PackagePart;
  /** Its number among the archive's tables, where there are several. */
  readonly table: number | undefined;
  readonly tables: NonNullable<IngestReport['tables']>;
  readonly notes: readonly string[];
}

const TABLES = /\.(csv|tsv|tab|psv|json|jsonl|ndjson|geojson|parquet|pq|xlsx|xlsm)$/i;
/** What archivers and file managers put in besides. */
const HIDDEN = /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)/i;
const SHOWN = 10;

/**
 * Finds the table of a zip archive: of the files whose names end like a table's (or of all, where none does) the one
 * that was asked for by number or name, else the largest, the first of equals. Throws `SH_INPUT_MALFORMED` where there is
 * no file, `SH_INPUT_TABLE_UNKNOWN` for one that is not there, and what `openPackage` does.
 */
export async function chooseZipEntry(
  path: string,
  shownPath: string,
  asked: TableChoice | undefined,
): Promise<ChosenEntry> {
  const tables = await tablesOf(path, shownPath);
  const alone = tables.length === 1;
  const index = alone || asked === undefined ? largest(tables) : placeOf(tables, asked);
  const entry = tables[index];
  if (entry === undefined) throw noSuchTable(shownPath, asked ?? '', tables);
  return {
    entry: { ...entry, stream: () => entryStream(path, shownPath, entry.name) },
    table: alone ? undefined : index + 1,
    tables: tables.map(({ name }, i) => ({ name, rows: null, read: i === index })),
    notes: alone ? [] : [choiceNote(tables, index)],
  };
}

/** Whether a zip file is a file of an office program, by what each of those holds at its top. */
export async function isOfficeFile(path: string, shownPath: string): Promise<boolean> {
  const zip = await openPackage(path, shownPath);
  zip.close();
  return zip.find('[Content_Types].xml') !== undefined || zip.find('mimetype') !== undefined;
}

async function tablesOf(path: string, shownPath: string): Promise<readonly PackagePart[]> {
  const zip = await openPackage(path, shownPath);
  zip.close();
  const files = zip.parts.filter(({ name }) => !HIDDEN.test(name));
  if (files.length === 0) {
    const reason = 'there is no file in it, but for hidden ones';
    throw new HarnessError('SH_INPUT_MALFORMED', { path: shownPath, format: 'a zip archive', reason });
  }
  const tables = files.filter(({ name }) => TABLES.test(name));
  return tables.length > 0 ? tables : files;
}

async function* entryStream(path: string, shownPath: string, name: string): AsyncGenerator<Buffer> {
  const zip = await openPackage(path, shownPath);
  try {
    const entry = zip.find(name);
    if (entry === undefined) throw new Error(`${name} is gone from the archive`);
    yield* entry.stream();
  } finally {
    zip.close();
  }
}

function largest(tables: readonly PackagePart[]): number {
  return tables.reduce((best, { bytes }, i) => (bytes > (tables[best]?.bytes ?? -1) ? i : best), 0);
}

/** A table by its number from 1, or by the name of its file, with or without its folders; -1 where there is none. */
function placeOf(tables: readonly PackagePart[], asked: TableChoice): number {
  if (typeof asked === 'number') return asked - 1;
  const exact = tables.findIndex(({ name }) => name === asked);
  return exact !== -1 ? exact : tables.findIndex(({ name }) => name.split('/').at(-1) === asked);
}

function noSuchTable(shownPath: string, asked: TableChoice, tables: readonly PackagePart[]): HarnessError {
  const names = listed(tables.map(({ name }, i) => `${i + 1} "${name}"`));
  return new HarnessError('SH_INPUT_TABLE_UNKNOWN', { path: shownPath, table: asked, tables: names });
}

function choiceNote(tables: readonly PackagePart[], chosen: number): string {
  const others = tables.flatMap(({ name }, i) => (i === chosen ? [] : [`"${name}" (--table ${i + 1})`]));
  const read = `"${tables[chosen]?.name ?? ''}" was read, one of ${tables.length} tables in the archive`;
  return `${read}; not read: ${listed(others)}`;
}

function listed(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return more > 0 ? `${names.slice(0, SHOWN).join(', ')} and ${more} more` : names.join(', ');
}
