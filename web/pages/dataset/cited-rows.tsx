import { formatFieldValue } from '../../../src/report/format-value.ts';
import type { CitedRows as Cited } from '../../api/types.ts';
import { put, useQuery } from '../../api/use-query.ts';
import { useResource } from '../../api/use-resource.ts';
import { countText } from '../../components/shown.tsx';
import { Empty, Shown } from '../../components/states.tsx';
import { askedFor, positive, type RowsProps, RowsShown, SHOWN, tracedIn } from './shown-rows.tsx';
import { TracedRow } from './traced-row.tsx';

/**
 * The rows that a query of a run cites, all of them, in its order. The address names the run, the query (`cited`), the
 * place of the first (`nth`), and the finding that led here.
 */
export function CitedRows({ data, name, places }: RowsProps) {
  const { query, change } = useQuery();
  const [run, label] = [query.get('run') ?? '', query.get('cited') ?? ''];
  const nth = positive(query.get('nth')) ?? 1;
  const traced = tracedIn(query);
  const path = `/runs/${encodeURIComponent(run)}/evidence/${encodeURIComponent(label)}/rows`;
  const rows = useResource<Cited>(
    places?.length === 0 ? null : `${path}?from=${nth}&${askedFor(places)}`,
    path,
  );
  const step = (by: number) =>
    change((next) => {
      put(next, 'nth', String(Math.max(1, nth + by)));
      next.delete('row');
    });
  const total = rows.state === 'ready' ? rows.data.total : 0;
  const finding = query.get('finding') ?? '';
  const opened = finding === '' ? '' : `?open=${encodeURIComponent(finding)}&at=evidence`;
  return (
    <div class="stack">
      <div class="filters">
        <p>
          Rows that the query {label} of{' '}
          <a href={`/runs/${encodeURIComponent(run)}/findings${opened}`}>
            {finding === '' ? '' : `finding ${finding} of `}run {run.slice(0, 8)}
          </a>{' '}
          cites
          {total > 0 &&
            `: ${formatFieldValue({ value: nth })} to ${formatFieldValue({ value: Math.min(total, nth + SHOWN - 1) })} of ${countText(total, 'row', 'rows')}`}
        </p>
        <button type="button" disabled={nth === 1} onClick={() => step(-SHOWN)}>
          Earlier
        </button>
        <button type="button" disabled={nth + SHOWN > total} onClick={() => step(SHOWN)}>
          Later
        </button>
        <a class="button" href={`/datasets/${encodeURIComponent(name)}`}>
          Show all rows
        </a>
      </div>
      {traced && <TracedRow key={`${traced.part} ${traced.row}`} {...{ data, name }} {...traced} />}
      <Shown of={rows} what="the rows that are cited" lines={8}>
        {(seen) =>
          seen.rows.length === 0 ? (
            <Empty title={total === 0 ? 'This query cites no row' : `It cites no row at place ${nth}`} />
          ) : (
            <RowsShown caption={`Rows that ${label} cites`} {...{ data, seen, query }} />
          )
        }
      </Shown>
    </div>
  );
}
