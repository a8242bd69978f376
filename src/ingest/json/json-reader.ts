import type { IngestOptions } from '../../contract/index.ts';
import { type PartRequest, refuseOptions } from '../part-request.ts';
import type { TextTableReader } from '../text-table/text-table-reader.ts';
import { readJsonLines } from './read-json-lines.ts';
import { readJsonText } from './read-json-text.ts';

/** Goes up with every change in what is read from the same bytes: it is in the id of each part. */
const JSON_READER_VERSION = 'json.2';

/** The reader of a JSON file: one text (`json`), or a record a line (`jsonl`). */
export function jsonReader(request: PartRequest, format: 'json' | 'jsonl'): TextTableReader {
  refuseOptions(request, 'a JSON file', format === 'json' ? ['sheet'] : ['sheet', 'table']);
  const { header, table } = request.options;
  const options: Omit<IngestOptions, 'types'> = {
    format,
    delimiter: null,
    quote: null,
    header,
    ...(table !== undefined && { table }),
  };
  const read = format === 'json' ? readJsonText : readJsonLines;
  return {
    format,
    version: JSON_READER_VERSION,
    options,
    read: (path, target, onBytes) =>
      read(
        { path, shownPath: request.shownPath, header, ...(table !== undefined && { table }) },
        target,
        onBytes,
      ),
  };
}
