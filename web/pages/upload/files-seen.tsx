import type { UploadPreview } from '../../api/types.ts';
import { Facts } from '../../components/facts.tsx';
import { Hash } from '../../components/hash.tsx';
import { Notes } from '../../components/notes.tsx';
import { bytesText, countText } from '../../components/shown.tsx';
import { encodingOf } from './encodings.ts';

type File = UploadPreview['files'][number];

/** Each file for what it was found to be, with what was repaired, assumed or rejected. */
export function FilesSeen({
  files,
  onRemove,
}: {
  readonly files: readonly File[];
  onRemove(sha256: string): void;
}) {
  return (
    <div class="stack">
      {files.map((file) => (
        <article key={file.sha256} class="stack" aria-label={file.original_filename}>
          <div class="row spread">
            <h3 class="any">{file.original_filename}</h3>
            <button type="button" onClick={() => onRemove(file.sha256)}>
              Leave it out
            </button>
          </div>
          <Facts facts={factsOf(file)} />
          <Noted file={file} />
        </article>
      ))}
    </div>
  );
}

function factsOf(file: File) {
  const { dialect } = file;
  const written = [
    `${encodingOf(file)}${dialect?.byte_order_mark ? ' with a byte order mark' : ''}${HOW[file.encoding?.how ?? 'mark']}`,
    ...(dialect === null ? [] : [LINE_ENDINGS[dialect.line_ending]]),
  ];
  return [
    { term: 'Format', value: `${file.format.toUpperCase()}${packedIn(file)}` },
    { term: 'Size', value: bytesText(file.bytes) },
    { term: 'Rows', value: rowsText(file) },
    { term: 'Rejected so far', value: countText(file.rejected_rows, 'record', 'records') },
    ...(isText(file) ? [{ term: 'Encoding', value: written.join(', ') }] : []),
    { term: 'sha256', value: <Hash value={file.sha256} what="the sha256 of the file" length={12} /> },
  ];
}

function isText({ format }: File): boolean {
  return format === 'csv' || format === 'json' || format === 'jsonl';
}

const HOW = { mark: '', named: ', as you said', guess: ', which is a guess' };

const LINE_ENDINGS = {
  lf: 'lines end in LF',
  crlf: 'lines end in CRLF',
  cr: 'lines end in CR',
  mixed: 'mixed line ends',
};

function packedIn({ container }: File): string {
  if (container === null) return '';
  return container.entry === null ? ` in ${container.kind}` : `, ${container.entry} in ${container.kind}`;
}

function rowsText({ rows, rows_read }: File): string {
  if (rows === null) return `more than ${countText(rows_read, 'row', 'rows')}`;
  return rows.exact ? countText(rows.count, 'row', 'rows') : `about ${countText(rows.count, 'row', 'rows')}`;
}

function Noted({ file }: { readonly file: File }) {
  const { notes, rejected_records, rejected_rows } = file;
  return (
    <>
      <Notes notes={notes} />
      {rejected_records.length > 0 && (
        <details>
          <summary>{countText(rejected_rows, 'record', 'records')} could not be read</summary>
          <ul class="small">
            {rejected_records.map(({ row_number, source_line, reason, text }) => (
              <li key={row_number}>
                Line {source_line}: {reason}: <code>{text}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
