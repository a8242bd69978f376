import type { DatasetInspection } from '../../api/types.ts';
import { DataTable } from '../../components/data-table.tsx';
import { Notes } from '../../components/notes.tsx';
import { SomeColumns } from '../../components/some-columns.tsx';

/** What had to be assumed, what is missing, and which records could not be read. */
export function QualityTab({ data }: { readonly data: DatasetInspection }) {
  const notes = data.parts.flatMap(({ original_filename, notes: own }) =>
    own.map((note) => `${original_filename}: ${note}`),
  );
  const rejects = data.parts.flatMap((part) => part.rejected_records.map((record) => ({ part, record })));
  return (
    <div class="stack">
      {notes.length === 0 && rejects.length === 0 && (
        <p>Every record was read, and nothing had to be assumed or repaired.</p>
      )}
      <Notes notes={notes} />
      <SomeColumns all={data.columns} nameOf={({ name, sql_name }) => name || sql_name}>
        {(shown) => (
          <DataTable
            caption="Cells without a value"
            showCaption
            rows={shown}
            keyOf={({ sql_name }) => sql_name}
            columns={[
              { head: 'Column', cell: ({ name, sql_name }) => <bdi>{name === '' ? sql_name : name}</bdi> },
              { head: 'Missing', num: true, cell: ({ missing }) => String(missing) },
              {
                head: 'Written as',
                cell: ({ markers }) => (
                  <span class="any">{markers.map(({ text, count }) => `${text} (${count})`).join(', ')}</span>
                ),
              },
              { head: 'Not of the type', num: true, cell: ({ rejected_count }) => String(rejected_count) },
            ]}
          />
        )}
      </SomeColumns>
      {rejects.length > 0 && (
        <DataTable
          caption="Records that could not be read"
          showCaption
          rows={rejects}
          keyOf={({ part, record }) => `${part.part_id} ${record.row_number}`}
          columns={[
            { head: 'Line', num: true, cell: ({ record }) => record.source_line },
            { head: 'File', cell: ({ part }) => <bdi>{part.original_filename}</bdi> },
            { head: 'Reason', cell: ({ record }) => record.reason },
            { head: 'Text', cell: ({ record }) => <code>{record.text}</code> },
          ]}
        />
      )}
    </div>
  );
}
