import { useRoute } from 'preact-iso';
import type { DatasetInspection } from '../../api/types.ts';
import { useResource } from '../../api/use-resource.ts';
import { Facts } from '../../components/facts.tsx';
import { Hash } from '../../components/hash.tsx';
import { Page } from '../../components/page.tsx';
import { countText } from '../../components/shown.tsx';
import { Notice, Shown } from '../../components/states.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { Trashed } from '../../components/trashed.tsx';
import { ColumnsTab } from './columns-tab.tsx';
import { DeleteVersion } from './delete-version.tsx';
import { QualityTab } from './quality-tab.tsx';
import { RowsTab } from './rows-tab.tsx';
import { RunsTab } from './runs-tab.tsx';
import { versionName } from './version-name.ts';
import { VersionsTab } from './versions-tab.tsx';

const TABS = ['rows', 'columns', 'quality', 'versions', 'runs'] as const;
type Tab = (typeof TABS)[number];

/** One version of a dataset: its rows, what its columns mean, how good it is, where it came from, what ran on it. */
export function DatasetPage() {
  const { params } = useRoute();
  const name = params['name'] ?? '';
  const tab = TABS.find((known) => known === params['tab']) ?? 'rows';
  const dataset = useResource<DatasetInspection>(`/datasets/${encodeURIComponent(name)}`);
  const here = `/datasets/${encodeURIComponent(name)}`;
  const version = dataset.state === 'ready' ? versionName(dataset.data) : name;
  // Asked for by its id, it has a name all the same.
  const title = dataset.state === 'ready' && name !== dataset.data.dataset ? version : name;
  if (dataset.state === 'failed' && dataset.problem.code === 'SH_DATASET_DELETED')
    return (
      <Page title={name}>
        <Trashed path={here} problem={dataset.problem} onTaken={dataset.reload} />
      </Page>
    );
  return (
    <Page
      title={title}
      heading={
        <>
          <p class="quiet small">Dataset</p>
          <h1>{title}</h1>
        </>
      }
      actions={
        dataset.state === 'ready' && (
          <>
            <DeleteVersion version={version} />
            <a class="button primary" href={`/new?version=${encodeURIComponent(version)}`}>
              New run
            </a>
          </>
        )
      }
    >
      <Shown of={dataset} what="the dataset">
        {(data) => (
          <>
            <Head data={data} />
            <Tabs
              label="Of the dataset"
              current={tab}
              tabs={TABS.map((id) => ({
                id,
                text: TITLES[id],
                href: id === 'rows' ? here : `${here}/${id}`,
              }))}
            />
            <Content {...{ tab, data, name }} />
          </>
        )}
      </Shown>
    </Page>
  );
}

const TITLES: Readonly<Record<Tab, string>> = {
  rows: 'Rows',
  columns: 'Columns and roles',
  quality: 'Quality',
  versions: 'Versions and parts',
  runs: 'Runs',
};

function Head({ data }: { readonly data: DatasetInspection }) {
  const { version, parts, erp, versions } = data;
  const listed = versions.find(({ dataset_version_id }) => dataset_version_id === version.dataset_version_id);
  return (
    <div class="stack dataset-head">
      <Facts
        facts={[
          {
            term: 'Version',
            value: listed === undefined ? 'in the trash' : `${listed.ordinal} of ${versions[0]?.ordinal}`,
          },
          { term: 'Rows', value: countText(version.row_count, 'row', 'rows') },
          { term: 'Columns', value: String(data.columns.length) },
          { term: 'Rejected', value: countText(version.rejected_rows, 'record', 'records') },
          { term: 'Parts', value: String(parts.length) },
          { term: 'ERP', value: erp ?? 'none' },
          { term: 'Kind', value: listed?.kind ?? '' },
          {
            term: 'Id',
            value: <Hash value={version.dataset_version_id} what="the id of the version" length={12} />,
          },
        ]}
      />
      {listed !== undefined && listed.ordinal !== versions[0]?.ordinal && (
        <Notice tone="warn">
          This is not the newest version.{' '}
          <a href={`/datasets/${encodeURIComponent(data.dataset)}`}>See the newest</a>
        </Notice>
      )}
    </div>
  );
}

function Content({
  tab,
  data,
  name,
}: {
  readonly tab: Tab;
  readonly data: DatasetInspection;
  readonly name: string;
}) {
  switch (tab) {
    case 'rows':
      return <RowsTab data={data} name={name} />;
    case 'columns':
      return <ColumnsTab data={data} />;
    case 'quality':
      return <QualityTab data={data} />;
    case 'versions':
      return <VersionsTab data={data} />;
    case 'runs':
      return <RunsTab data={data} />;
  }
}
