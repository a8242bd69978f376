import type { DatasetInspection, DatasetPreview } from '../../api/types.ts';
import { RowsTable, type ShownRow } from '../../components/rows-table.tsx';

/** What a view of rows is given. */
export interface RowsProps {
  readonly data: DatasetInspection;
  /** Of the dataset or version, as in the address. */
  readonly name: string;
  /** Of the columns that are asked for, from 1; left out for all. */
  readonly places?: readonly number[];
}

/** So many rows are shown at a time. */
export const SHOWN = 50;

/** A number from an address; undefined where it is none. */
export function positive(text: string | null): number | undefined {
  return text !== null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

/** The row whose findings are asked for by the address. */
export function tracedIn(
  query: URLSearchParams,
): { readonly part: number; readonly row: number } | undefined {
  const row = positive(query.get('row'));
  return row === undefined ? undefined : { part: positive(query.get('part')) ?? 1, row };
}

/** What rows of which columns are asked for, behind the `?` of a route. */
export function askedFor(places: readonly number[] | undefined): string {
  return `count=${SHOWN}${places === undefined ? '' : `&columns=${places.join()}`}`;
}

/** Rows of a dataset; the number of each opens what was found in it, and `keep` says what else of the address stays. */
export function RowsShown(props: {
  readonly data: DatasetInspection;
  readonly seen: Pick<DatasetPreview, 'columns' | 'rows'>;
  readonly query: URLSearchParams;
  readonly caption: string;
  readonly keep?: Readonly<Record<string, string>>;
}) {
  const { data, seen, query, caption, keep = {} } = props;
  const marked = tracedIn(query);
  const address = ({ part, row_number }: ShownRow): string => {
    const next = new URLSearchParams(query);
    const chosen = { ...keep, part: String(part), row: String(row_number) };
    for (const [key, value] of Object.entries(chosen)) next.set(key, value);
    return `?${next}`;
  };
  return (
    <RowsTable
      caption={caption}
      columns={seen.columns.map((column) => ({
        ...column,
        roles: data.columns.find(({ sql_name }) => sql_name === column.sql_name)?.roles ?? [],
      }))}
      rows={seen.rows}
      {...(marked && { marked })}
      numberCell={(row) => (
        <a href={address(row)} title="What was found in this row">
          {data.parts.length > 1 ? `${row.part}: ${row.row_number}` : row.row_number}
        </a>
      )}
    />
  );
}
