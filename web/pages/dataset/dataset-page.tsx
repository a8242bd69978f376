import { useRoute } from 'preact-iso';
import type { DatasetInspection, KnownRole } from '../../api/types.ts';
import { useQuery } from '../../api/use-query.ts';
import { useResource } from '../../api/use-resource.ts';
import { DataTable } from '../../components/data-table.tsx';
import { Facts } from '../../components/facts.tsx';
import { Hash } from '../../components/hash.tsx';
import { Page } from '../../components/page.tsx';
import { bytesText, countText, Time } from '../../components/shown.tsx';
import { Empty, Notice, Shown } from '../../components/states.tsx';
import { StatusBadge } from '../../components/status.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { ColumnsTable } from '../upload/columns-table.tsx';
import { RowsTab } from './rows-tab.tsx';

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
  return (
    <Page
      title={name}
      heading={
        <>
          <p class="quiet small">Dataset</p>
          <h1>{name}</h1>
        </>
      }
      actions={
        <a class="button primary" href={`/new?version=${encodeURIComponent(version)}`}>
          New run
        </a>
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

/** `NAME@VERSION` as it is listed, for a run on exactly these rows. */
function versionName({ dataset, versions, version }: DatasetInspection): string {
  const listed = versions.find(({ dataset_version_id }) => dataset_version_id === version.dataset_version_id);
  return listed === undefined ? version.dataset_version_id : `${dataset}@${listed.ordinal}`;
}

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

function ColumnsTab({ data }: { readonly data: DatasetInspection }) {
  const { query, change } = useQuery();
  const known = useResource<{ readonly roles: readonly KnownRole[] }>('/roles');
  const said = [...query].some(([key]) => key.startsWith('role.'));
  const ask = new URLSearchParams(query);
  ask.set('version', versionName(data));
  return (
    <div class="stack">
      {said && (
        <Notice>
          Roles that you name hold for the next run
          {data.erp === null ? '' : `, and the ERP ${data.erp} remembers them`}.{' '}
          <a class="button" href={`/new?${ask}`}>
            New run with these roles
          </a>
        </Notice>
      )}
      <ColumnsTable
        preview={data}
        roles={known.state === 'ready' ? known.data.roles : []}
        rowsRead={data.version.row_count}
        types={false}
        {...{ query, change }}
      />
      {data.derived.length > 0 && (
        <DataTable
          caption="Columns read out of others"
          showCaption
          rows={data.derived}
          keyOf={({ sql_name }) => sql_name}
          columns={[
            { head: 'Name', cell: ({ name }) => <bdi>{name}</bdi> },
            {
              head: 'From',
              cell: ({ from, key }) => <span class="any">{key === null ? from : `${from}, key ${key}`}</span>,
            },
            { head: 'Kind', cell: ({ kind }) => kind },
            { head: 'Rows', num: true, cell: ({ values }) => String(values) },
            { head: 'Distinct', num: true, cell: ({ distinct }) => String(distinct) },
          ]}
        />
      )}
    </div>
  );
}

function QualityTab({ data }: { readonly data: DatasetInspection }) {
  const notes = data.parts.flatMap((part) => part.notes.map((note) => ({ part, note })));
  const rejects = data.parts.flatMap((part) => part.rejected_records.map((record) => ({ part, record })));
  return (
    <div class="stack">
      {notes.length === 0 && rejects.length === 0 && (
        <p>Every record was read, and nothing had to be assumed or repaired.</p>
      )}
      {notes.map(({ part, note }) => (
        <Notice key={part.part_id + note}>
          <span class="any">
            {part.original_filename}: {note}
          </span>
        </Notice>
      ))}
      <DataTable
        caption="Cells without a value"
        showCaption
        rows={data.columns}
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

function VersionsTab({ data }: { readonly data: DatasetInspection }) {
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
            cell: ({ expired_at }) =>
              expired_at === null ? (
                'are there'
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

function RunsTab({ data }: { readonly data: DatasetInspection }) {
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
