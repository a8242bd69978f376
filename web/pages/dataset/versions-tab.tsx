import type { DatasetInspection } from '../../api/types.ts';
import { DataTable } from '../../components/data-table.tsx';
import { Hash } from '../../components/hash.tsx';
import { bytesText, countText, Time } from '../../components/shown.tsx';
import { versionName } from './version-name.ts';

/** Every version of the dataset, and the files that this one was made of. */
export function VersionsTab({ data }: { readonly data: DatasetInspection }) {
  const rows = `/datasets/${encodeURIComponent(versionName(data))}`;
  return (
    <div class="stack">
      <DataTable
        caption="Versions"
        showCaption
        rows={data.versions}
        keyOf={({ ordinal }) => String(ordinal)}
        columns={[
          {
            head: 'Version',
            cell: ({ ordinal }) => (
              <a href={`/datasets/${encodeURIComponent(`${data.dataset}@${ordinal}`)}`}>{ordinal}</a>
            ),
          },
          { head: 'Made', cell: ({ created_at }) => <Time at={created_at} /> },
          { head: 'Rows', num: true, cell: ({ row_count }) => countText(row_count, 'row', 'rows') },
          { head: 'Rejected', num: true, cell: ({ rejected_rows }) => String(rejected_rows) },
          {
            head: 'Id',
            cell: ({ dataset_version_id, ordinal }) => (
              <Hash value={dataset_version_id} what={`the id of version ${ordinal}`} />
            ),
          },
        ]}
      />
      <DataTable
        caption="Parts of this version, in the order of their rows"
        showCaption
        rows={data.parts}
        keyOf={({ part_id }) => part_id}
        columns={[
          { head: 'File', cell: ({ original_filename }) => <bdi>{original_filename}</bdi> },
          { head: 'Rows', num: true, cell: ({ row_count }) => countText(row_count, 'row', 'rows') },
          { head: 'Size', num: true, cell: ({ bytes }) => bytesText(bytes) },
          {
            head: 'sha256 of the file',
            cell: ({ upload_sha256, original_filename }) => (
              <Hash value={upload_sha256} what={`the sha256 of ${original_filename}`} />
            ),
          },
          {
            head: 'Its rows',
            cell: ({ expired_at, part_id }) =>
              expired_at === null ? (
                <a href={`${rows}?part=${1 + data.parts.findIndex((part) => part.part_id === part_id)}`}>
                  See them
                </a>
              ) : (
                <>
                  expired <Time at={expired_at} />
                </>
              ),
          },
        ]}
      />
    </div>
  );
}
