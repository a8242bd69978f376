import { commandLine, type Sha256 } from '../base/index.ts';
import type { IngestOptions, Part } from '../contract/index.ts';
import type { Appdata } from './app.ts';

/** What helps where data are damaged or gone. */
export const READ_AGAIN = 'Read the original files again, or put it back from a copy of the appdata.';

/**
 * What helps where an upload, a part or a dataset version is damaged or gone: the command that reads the files of a
 * version again, under the name and with the options of the first time. What is not as it was is made again under its id.
 */
export function readAgain(app: Appdata, id: Sha256): string {
  const { state, paths } = app;
  const using = [...state.references.versionParts()].find(
    ([versionId, partIds]) => versionId === id || partIds.some((partId) => uses(app, partId, id)),
  );
  const [versionId, partIds = []] = using ?? [];
  const parts = partIds.flatMap((partId) => state.parts.get(partId) ?? []);
  const [first] = parts;
  const [entry] = versionId === undefined ? [] : state.versions.entriesOf(versionId);
  if (first === undefined || entry === undefined) return READ_AGAIN;
  const files = [...new Set(parts.map((part) => originalOf(app, part)))];
  const words = [
    'ingest',
    ...files,
    '--dataset',
    entry.dataset,
    '--kind',
    entry.kind,
    ...flagsOf(first.options),
  ];
  return `Read the original again, which makes it as it was: ${commandLine(words, paths)}`;
}

function uses({ state }: Appdata, partId: Sha256, id: Sha256): boolean {
  return partId === id || state.parts.get(partId)?.upload_sha256 === id;
}

/** Where a file was when it was received last. */
function originalOf({ state }: Appdata, { upload_sha256 }: Part): string {
  return state.uploads.byHash(upload_sha256 as Sha256)[0]?.original_path ?? '';
}

/** Options of a part as they stand on the command line. */
function flagsOf({
  format,
  delimiter,
  quote,
  header,
  types,
  date_order,
  sheet,
  table,
  encoding,
}: IngestOptions): string[] {
  return [
    ...(format === 'auto' ? [] : ['--format', format]),
    ...(delimiter === null ? [] : ['--delimiter', delimiter === '\t' ? 'tab' : delimiter]),
    ...(quote === null ? [] : ['--quote', quote]),
    ...(header === 'auto' ? [] : [header === 'yes' ? '--header' : '--no-header']),
    ...Object.entries(types).flatMap(([column, type]) => ['--type', `${column}=${type}`]),
    ...(date_order === undefined ? [] : ['--date-order', date_order]),
    ...(sheet === undefined ? [] : ['--sheet', sheet]),
    ...(table === undefined ? [] : ['--table', String(table)]),
    ...(encoding === undefined ? [] : ['--encoding', encoding]),
  ];
}
