import { formatShare } from '../../../src/report/format-value.ts';
import type { KnownRole, UploadPreview } from '../../api/types.ts';
import { put } from '../../api/use-query.ts';
import { RoleReasons, Roles, typeText } from '../../components/column-words.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Choice } from '../../components/fields.tsx';
import { SomeColumns } from '../../components/some-columns.tsx';

type PreviewColumn = UploadPreview['columns'][number];

const TYPES = ['integer', 'decimal', 'double', 'boolean', 'date', 'time', 'timestamp', 'timestamptz', 'text'];

interface Taken {
  readonly preview: Pick<UploadPreview, 'columns'>;
  readonly roles: readonly KnownRole[];
  readonly query: URLSearchParams;
  readonly rowsRead: number;
  /** Left out where the types can't be forced any more. */
  readonly types?: boolean;
  change(change: (query: URLSearchParams) => void): void;
}

/** What each column is taken for, why, and a way to say otherwise. */
export function ColumnsTable(props: Taken) {
  return (
    <SomeColumns all={props.preview.columns} nameOf={({ name, sql_name }) => name || sql_name}>
      {(shown) => <TakenFor {...props} shown={shown} />}
    </SomeColumns>
  );
}

function TakenFor(props: Taken & { readonly shown: readonly PreviewColumn[] }) {
  const { preview, shown, roles, query, rowsRead, change, types = true } = props;
  return (
    <DataTable
      caption="Columns"
      rows={shown}
      keyOf={({ sql_name }) => sql_name}
      columns={[
        { head: 'Column', cell: ({ name, sql_name }) => <bdi>{name === '' ? sql_name : name}</bdi> },
        {
          head: 'Type',
          cell: (column) =>
            types ? (
              <Choice
                label={`Type of ${column.name}`}
                unseenLabel
                auto={typeText(column.type)}
                options={TYPES.map((type) => [type, `as ${type}`])}
                value={query.get(`type.${column.name}`) ?? ''}
                onChange={(value) => change((next) => put(next, `type.${column.name}`, value))}
              />
            ) : (
              typeText(column.type)
            ),
        },
        { head: 'Why', cell: ({ why }) => <span class="small any">{why}</span> },
        { head: 'Missing', num: true, cell: ({ missing }) => share(missing, rowsRead) },
        {
          head: 'Role',
          cell: (column) => (
            <>
              <Roles roles={column.roles} />
              <RoleReasons roles={column.roles} />
            </>
          ),
        },
        {
          head: 'Say otherwise',
          cell: (column) => (
            <Choice
              label={`Role of ${column.name}`}
              unseenLabel
              auto="leave it"
              options={roles.map(({ role, meaning }) => [role, `${role}: ${meaning}`])}
              value={roleSaid(query, column)}
              onChange={(role) => change((next) => sayRole(next, column, role, preview.columns, roles))}
            />
          ),
        },
      ]}
    />
  );
}

function share(count: number, of: number): string {
  return count === 0 || of === 0 ? 'none' : formatShare(count / of);
}

/** The role that was named for a column, and for a general role that it did not have. */
function roleSaid(query: URLSearchParams, { name, roles }: PreviewColumn): string {
  const said = [...query].filter(([key, value]) => key.startsWith('role.') && value === name);
  const flagged = said.find(([key]) =>
    roles.some(({ role, source }) => source === 'flag' && `role.${role}` === key),
  );
  return flagged?.[0].slice('role.'.length) ?? '';
}

/** A unique role moves to the column; a general one is had by it besides the columns that have it already. */
function sayRole(
  query: URLSearchParams,
  column: PreviewColumn,
  role: string,
  columns: readonly PreviewColumn[],
  known: readonly KnownRole[],
): void {
  for (const [key, value] of [...query])
    if (key.startsWith('role.') && value === column.name) query.delete(key, value);
  if (role === '') return;
  const isUnique = known.find((one) => one.role === role)?.unique ?? true;
  const key = `role.${role}`;
  query.delete(key);
  if (isUnique) query.append(key, column.name);
  if (isUnique) return;
  const others = columns.filter(
    (one) => one !== column && one.roles.some((binding) => binding.role === role),
  );
  for (const { name } of [...others, column]) query.append(key, name);
}
