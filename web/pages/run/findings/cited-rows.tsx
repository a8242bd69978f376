import type { ShownQuery } from '../../../api/types.ts';
import { useFilters } from '../../../components/filters.tsx';
import { countText } from '../../../components/shown.tsx';
import { useRowsOfRun } from '../rows-of-run.ts';

const LINKED = 12;

/** The rows of the table that a query cites: each leads to the row itself, and to every finding that cites it. */
export function CitedRows({ query, runId }: { readonly query: ShownQuery; readonly runId: string }) {
  const { label, cited, cited_total, cited_words } = query;
  const rows = useRowsOfRun();
  const { filters } = useFilters();
  const hasParts = cited.some(({ part }) => part > 1);
  const all = new URLSearchParams({ run: runId, cited: label, finding: filters['open'] ?? '' });
  return (
    <div class="small any">
      <p>Rows cited, by their number in the source: {cited_words}.</p>
      {rows && 'gone' in rows && <p class="warn">They can't be shown: {rows.gone}</p>}
      {rows && 'rowAt' in rows && (
        <ul class="row" aria-label="Rows cited">
          {cited.slice(0, LINKED).map(({ part, row_number }) => (
            <li key={`${part} ${row_number}`}>
              <a href={rows.rowAt(part, row_number)}>
                Row {row_number}
                {hasParts && ` of part ${part}`}
              </a>
            </li>
          ))}
          <li>
            <a href={`${rows.dataset}?${all}`}>
              {cited_total === 1
                ? 'The row in the table'
                : `All ${countText(cited_total, 'row', 'rows')} in a table`}
            </a>
          </li>
        </ul>
      )}
    </div>
  );
}
