import type { DatasetInspection, DatasetPreview, RowTrace } from '../../api/types.ts';
import { put, useQuery } from '../../api/use-query.ts';
import { useResource } from '../../api/use-resource.ts';
import { Choice, TextField } from '../../components/fields.tsx';
import { RowsTable } from '../../components/rows-table.tsx';
import { Time } from '../../components/shown.tsx';
import { SomeColumns } from '../../components/some-columns.tsx';
import { Empty, Shown } from '../../components/states.tsx';
import { Badge } from '../../components/status.tsx';

const SHOWN = 50;

/** The rows from a number on, with some of the columns where there are many. */
export function RowsTab({ data, name }: { readonly data: DatasetInspection; readonly name: string }) {
  const columns = data.columns.map((column, i) => ({ ...column, place: i + 1 }));
  return (
    <SomeColumns all={columns} nameOf={({ name: own, sql_name }) => own || sql_name}>
      {(shown) => (
        <Rows
          {...{ data, name }}
          {...(shown.length < columns.length && { places: shown.map(({ place }) => place) })}
        />
      )}
    </SomeColumns>
  );
}

/** The rows from a number on; the number of a row opens what was found in it. */
function Rows(props: {
  readonly data: DatasetInspection;
  readonly name: string;
  /** Of the columns that are asked for, from 1; left out for all. */
  readonly places?: readonly number[];
}) {
  const { data, name, places } = props;
  const { query, change } = useQuery();
  const part = positive(query.get('part')) ?? 1;
  const traced = positive(query.get('row'));
  const from = positive(query.get('from')) ?? Math.max(1, (traced ?? 1) - 3);
  const route = `/datasets/${encodeURIComponent(name)}/rows`;
  const rows = useResource<DatasetPreview>(
    places?.length === 0
      ? null
      : `${route}?part=${part}&from=${from}&count=${SHOWN}${places === undefined ? '' : `&columns=${places.join()}`}`,
    `${route}?part=${part}`,
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
      {traced !== undefined && <Traced key={`${part} ${traced}`} route={route} part={part} row={traced} />}
      {places?.length !== 0 && (
        <Shown of={rows} what="the rows" lines={8}>
          {(seen) =>
            seen.rows.length === 0 ? (
              <Empty title={`The table ends before row ${from}`} />
            ) : (
              <RowsTable
                caption="Rows"
                columns={seen.columns.map((column) => ({
                  ...column,
                  roles: data.columns.find(({ sql_name }) => sql_name === column.sql_name)?.roles ?? [],
                }))}
                rows={seen.rows}
                {...(traced !== undefined && { marked: { part, row: traced } })}
                numberCell={(row) => (
                  <a href={`?${traceOf(query, row, from)}`} title="What was found in this row">
                    {row.row_number}
                  </a>
                )}
              />
            )
          }
        </Shown>
      )}
    </div>
  );
}

/** The address of a row's trace; what else is chosen stays. */
function traceOf(
  query: URLSearchParams,
  { part, row_number }: { readonly part: number; readonly row_number: number },
  from: number,
): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const [key, value] of Object.entries({ part, from, row: row_number })) next.set(key, String(value));
  return next;
}

function positive(text: string | null): number | undefined {
  return text !== null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

/** From a row to the findings that cite it, or are about what it holds. */
function Traced(props: { readonly route: string; readonly part: number; readonly row: number }) {
  const { route, part, row } = props;
  const trace = useResource<RowTrace>(`${route}/${row}/findings?part=${part}`);
  return (
    <section class="card stack" aria-label={`Row ${row}`}>
      <h2>What was found in row {row}</h2>
      <Shown of={trace} what="the findings of the row" lines={2}>
        {({ runs, runs_total }) => (
          <div class="stack">
            {runs.length === 0 && <p>No finished run has looked at these rows.</p>}
            {runs.map((run) => (
              <article key={run.run_id} class="stack">
                <h3>
                  <a href={`/runs/${run.run_id}`}>Run {run.run_id.slice(0, 8)}</a>{' '}
                  <span class="quiet small">
                    <Time at={run.created_at} />
                  </span>
                </h3>
                {run.findings.length === 0 && (
                  <p class="quiet">No finding cites this row or is about what it holds.</p>
                )}
                <ul class="stack">
                  {run.findings.map(({ id, number, title, how, because }) => (
                    <li key={id}>
                      <Badge
                        text={how === 'cites' ? 'cites this row' : `about ${because}`}
                        {...(how === 'cites' && { tone: 'accent' })}
                      />{' '}
                      <a class="any" href={`/runs/${run.run_id}/findings?open=${number}`}>
                        {title}
                      </a>
                    </li>
                  ))}
                </ul>
              </article>
            ))}
            {runs_total > runs.length && (
              <p class="quiet">
                The newest {runs.length} of {runs_total} runs were looked at.
              </p>
            )}
          </div>
        )}
      </Shown>
    </section>
  );
}
