import type { DatasetInspection, DatasetPreview } from '../../api/types.ts';
import { put, useQuery } from '../../api/use-query.ts';
import { useResource } from '../../api/use-resource.ts';
import { Choice, TextField } from '../../components/fields.tsx';
import { SomeColumns } from '../../components/some-columns.tsx';
import { Empty, Shown } from '../../components/states.tsx';
import { CitedRows } from './cited-rows.tsx';
import { askedFor, positive, type RowsProps, RowsShown, SHOWN, tracedIn } from './shown-rows.tsx';
import { TracedRow } from './traced-row.tsx';

/** The rows from a number on, or those that a query cites, with some of the columns where there are many. */
export function RowsTab({ data, name }: { readonly data: DatasetInspection; readonly name: string }) {
  const { query } = useQuery();
  const columns = data.columns.map((column, i) => ({ ...column, place: i + 1 }));
  const View = query.has('cited') ? CitedRows : RowsFrom;
  return (
    <SomeColumns all={columns} nameOf={({ name: own, sql_name }) => own || sql_name}>
      {(shown) => (
        <View
          {...{ data, name }}
          {...(shown.length < columns.length && { places: shown.map(({ place }) => place) })}
        />
      )}
    </SomeColumns>
  );
}

/** The rows from a number on; the number of a row opens what was found in it. */
function RowsFrom({ data, name, places }: RowsProps) {
  const { query, change } = useQuery();
  const part = positive(query.get('part')) ?? 1;
  const traced = tracedIn(query);
  const from = positive(query.get('from')) ?? Math.max(1, (traced?.row ?? 1) - 3);
  const route = `/datasets/${encodeURIComponent(name)}/rows?part=${part}`;
  const rows = useResource<DatasetPreview>(
    places?.length === 0 ? null : `${route}&from=${from}&${askedFor(places)}`,
    route,
  );
  const go = (key: string) => (value: string) =>
    change((next) => {
      put(next, key, value);
      next.delete('row');
    });
  const step = (by: number) => go('from')(String(Math.max(1, from + by)));
  return (
    <div class="stack">
      <div class="filters">
        {data.parts.length > 1 && (
          <Choice
            label="Part"
            options={data.parts.map(({ original_filename }, i) => [
              String(i + 1),
              `${i + 1}: ${original_filename}`,
            ])}
            value={String(part)}
            onChange={go('part')}
          />
        )}
        <TextField label="Jump to row" isNumber value={String(from)} onChange={go('from')} />
        <button type="button" disabled={from === 1} onClick={() => step(-SHOWN)}>
          Earlier
        </button>
        <button
          type="button"
          disabled={rows.state === 'ready' && rows.data.rows.length < SHOWN}
          onClick={() => step(SHOWN)}
        >
          Later
        </button>
      </div>
      {traced && <TracedRow key={`${traced.part} ${traced.row}`} {...{ data, name }} {...traced} />}
      {places?.length !== 0 && (
        <Shown of={rows} what="the rows" lines={8}>
          {(seen) =>
            seen.rows.length === 0 ? (
              <Empty title={`The table ends before row ${from}`} />
            ) : (
              <RowsShown caption="Rows" {...{ data, seen, query }} keep={{ from: String(from) }} />
            )
          }
        </Shown>
      )}
    </div>
  );
}
