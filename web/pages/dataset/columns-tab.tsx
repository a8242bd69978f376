import type { DatasetInspection, KnownRole } from '../../api/types.ts';
import { useQuery } from '../../api/use-query.ts';
import { useResource } from '../../api/use-resource.ts';
import { DataTable } from '../../components/data-table.tsx';
import { Notice } from '../../components/states.tsx';
import { ColumnsTable } from '../upload/columns-table.tsx';
import { versionName } from './version-name.ts';

/** What each column means, with a word of one's own for the next run, and the columns that were read out of others. */
export function ColumnsTab({ data }: { readonly data: DatasetInspection }) {
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
