import type { DatasetInspection } from '../../api/types.ts';
import { DataTable } from '../../components/data-table.tsx';
import { Time } from '../../components/shown.tsx';
import { Empty } from '../../components/states.tsx';
import { StatusBadge } from '../../components/status.tsx';

/** What ran on the dataset, whichever version of it. */
export function RunsTab({ data }: { readonly data: DatasetInspection }) {
  if (data.runs.length === 0) return <Empty title="No run has looked at this dataset yet" />;
  return (
    <DataTable
      caption="Runs"
      rows={data.runs}
      keyOf={({ run_id }) => run_id}
      columns={[
        { head: 'Run', cell: ({ run_id }) => <a href={`/runs/${run_id}`}>{run_id.slice(0, 8)}</a> },
        { head: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
        { head: 'Asked for', cell: ({ created_at }) => <Time at={created_at} /> },
        { head: 'Findings', num: true, cell: ({ findings }) => findings ?? '' },
        {
          head: 'Same rows',
          cell: ({ dataset_version_id }) =>
            dataset_version_id === data.version.dataset_version_id ? 'yes' : 'another version',
        },
      ]}
    />
  );
}
