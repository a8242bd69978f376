import type { DatasetSummary } from '../../api/types.ts';
import { useResource } from '../../api/use-resource.ts';
import { DataTable } from '../../components/data-table.tsx';
import { Hash } from '../../components/hash.tsx';
import { Page } from '../../components/page.tsx';
import { countText, Time } from '../../components/shown.tsx';
import { Empty, Shown } from '../../components/states.tsx';

/** Every dataset with its newest version. */
export function DatasetsPage() {
  const datasets = useResource<{ readonly datasets: readonly DatasetSummary[] }>('/datasets');
  return (
    <Page
      title="Datasets"
      actions={
        <a class="button primary" href="/upload">
          Upload
        </a>
      }
    >
      <Shown of={datasets} what="the datasets">
        {({ datasets: all }) => (all.length === 0 ? <NoDataset /> : <Table datasets={all} />)}
      </Shown>
    </Page>
  );
}

function NoDataset() {
  return (
    <Empty title="No dataset yet">
      <p>
        <a href="/upload">Upload a table</a>: it becomes a dataset with its first run.
      </p>
    </Empty>
  );
}

function Table({ datasets }: { readonly datasets: readonly DatasetSummary[] }) {
  return (
    <DataTable
      caption="Datasets"
      rows={datasets}
      keyOf={({ name }) => name}
      columns={[
        {
          head: 'Dataset',
          cell: ({ name }) => (
            <a class="any" href={`/datasets/${encodeURIComponent(name)}`}>
              {name}
            </a>
          ),
        },
        { head: 'Versions', num: true, cell: ({ versions }) => versions.length },
        { head: 'Newest', cell: ({ versions }) => <Time at={versions[0]?.created_at ?? null} /> },
        {
          head: 'Rows',
          num: true,
          cell: ({ versions }) => countText(versions[0]?.row_count ?? 0, 'row', 'rows'),
        },
        { head: 'Kind', cell: ({ versions }) => versions[0]?.kind ?? '' },
        {
          head: 'Version',
          cell: ({ versions: [newest] }) =>
            newest && (
              <Hash
                value={newest.dataset_version_id}
                what={`the id of the newest version of ${newest.dataset}`}
              />
            ),
        },
      ]}
    />
  );
}
