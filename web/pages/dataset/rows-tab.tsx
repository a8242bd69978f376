import type { DatasetInspection, DatasetPreview, RowTrace } from '../../api/types.ts';
import { put, useQuery } from '../../api/use-query.ts';
import { useResource } from '../../api/use-resource.ts';
import { Choice, TextField } from '../../components/fields.tsx';
import { RowsTable } from '../../components/rows-table.tsx';
import { Time } from '../../components/shown.tsx';
import { Shown } from '../../components/states.tsx';
import { Badge } from '../../components/status.tsx';

const SHOWN = 50;

/** The rows from a number on; the number of a row opens what was found in it. */
export function RowsTab({ data, name }: { readonly data: DatasetInspection; readonly name: string }) {
  const { query, change } = useQuery();
  const part = positive(query.get('part')) ?? 1;
  const traced = positive(query.get('row'));
  const from = positive(query.get('from')) ?? Math.max(1, (traced ?? 1) - 3);
  const route = `/datasets/${encodeURIComponent(name)}/rows`;
  const rows = useResource<DatasetPreview>(
    `${route}?part=${part}&from=${from}&count=${SHOWN}`,
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
      <Shown of={rows} what="the rows" lines={8}>
        {(seen) => (
          <RowsTable
            caption="Rows"
            columns={data.columns}
            rows={seen.rows}
            {...(traced !== undefined && { marked: { part, row: traced } })}
            numberCell={(row) => (
              <a
                href={`?part=${row.part}&from=${from}&row=${row.row_number}`}
                title="What was found in this row"
              >
                {row.row_number}
              </a>
            )}
          />
        )}
      </Shown>
    </div>
  );
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
